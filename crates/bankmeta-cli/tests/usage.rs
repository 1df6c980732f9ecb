//! Mistakes on the command line and in the input: told, and never echoed.

mod support;

use std::os::unix::fs::PermissionsExt as _;

use support::{
    CARD, ID_NUMBER, NAME, PERSON, bankmeta, file, nothing_listening, replying_once, run, run_with,
};

#[test]
fn no_mistake_echoes_what_was_typed() {
    let stray_equals = format!("--card-nmuber={CARD}");
    let flag_with_value = format!("--md5-mode={CARD}");
    let short = format!("-{CARD}");
    for (args, told) in [
        (vec!["--card-nmuber", CARD], "did you mean --card-number?"),
        (vec![&stray_equals], "did you mean --card-number?"),
        (vec![CARD], "Argument 2 is not known"),
        (vec!["--json", CARD], "Argument 3 is not known"),
        (vec![&short], "is not known"),
        (vec![&flag_with_value], "--md5-mode takes no value"),
        (vec!["--name", CARD, "--name", CARD], "--name is given more than once"),
        (vec!["--name", CARD, "--card-number"], "--card-number needs a value"),
        (vec!["--stdin", "--card-number", CARD, "--json", "--text"], "--json"),
    ] {
        for form in ["--text", "--json"] {
            if args.contains(&"--text") && form == "--text" {
                continue;
            }
            let mut all = vec!["verify"];
            all.extend(&args);
            if !args.contains(&form) {
                all.push(form);
            }
            let ran = run(&all);
            assert_eq!(ran.code, Some(2), "{ran:?}");
            assert!(ran.shows(told), "{told}: {ran:?}");
            assert!(!ran.shows(CARD) && !ran.shows("nmuber"), "{ran:?}");
        }
    }
    for args in [vec![], vec![CARD], vec!["--card-number", CARD], vec!["verfiy", CARD]] {
        let ran = run(&args);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(!ran.shows(CARD), "{ran:?}");
        assert!(ran.stdout.is_empty() && !ran.stderr.is_empty(), "{ran:?}");
    }
}

#[test]
fn mistakes_are_json_for_programs_and_text_for_people() {
    let ran = run(&["verify", "--nonsense"]);
    assert_eq!((ran.json()["error"].as_str(), ran.stderr.as_str()), (Some("usage"), ""));
    let ran = run(&["verify", "--nonsense", "--text"]);
    assert!(ran.stdout.is_empty() && ran.stderr.starts_with("bankmeta: "), "{ran:?}");
}

#[test]
fn secrets_in_arguments_are_refused_and_not_repeated() {
    for subcommand in ["verify", "doctor"] {
        for args in [
            ["--access-key-secret", "s3cr3t-value"].as_slice(),
            &["--access-key-secret=s3cr3t-value"],
            &["--security-token", "s3cr3t-value"],
            &["--security-token"],
        ] {
            let ran = run(&[&[subcommand, "--text"], args].concat());
            assert_eq!(ran.code, Some(2), "{ran:?}");
            assert!(ran.stderr.contains("ALIBABA_CLOUD_ACCESS_KEY_SECRET"), "{ran:?}");
            assert!(ran.stderr.contains("--access-key-file"), "{ran:?}");
            assert!(!ran.shows("s3cr3t-value"), "{ran:?}");
        }
    }
}

#[test]
fn help_names_every_option_and_exit_code() {
    let ran = run(&["verify", "--help"]);
    assert_eq!(ran.code, Some(0));
    for option in bankmeta::CONFIG_OPTIONS {
        let flag = format!("--{} ", option.key.replace('_', "-"));
        assert_eq!(ran.stdout.contains(&flag), !option.secret, "{flag}");
    }
    for (key, _) in bankmeta::VERIFICATION_KEYS {
        assert!(ran.stdout.contains(&format!("--{} ", key.replace('_', "-"))), "{key}");
    }
    for code in [0, 2, 3, 4, 5, 6, 10, 11, 12, 70] {
        assert!(ran.stdout.contains(&format!("\n{code:>4}  ")), "{code}");
    }
    assert!(ran.stdout.contains("visible to every user"), "{}", ran.stdout);
}

#[test]
fn bad_input_on_stdin_is_refused_and_not_repeated() {
    let endpoint = nothing_listening();
    let with_unknown_key = format!(r#"{{"{CARD}":"x"}}"#);
    let as_number = format!(r#"{{"card_number":{CARD},"name":"x"}}"#);
    let with_short_card = format!(r#"{{"card_number":"62220","name":"{NAME}"}}"#);
    let twice = format!(r#"{{"card_number":"{CARD}","card_number":"{CARD}","name":"x"}}"#);
    let huge = format!(r#"{{"card_number":"{CARD}","name":"{}"}}"#, "x".repeat(64 * 1024));
    let mut not_utf8 = PERSON.as_bytes().to_vec();
    not_utf8[20] = 0xff;
    for (stdin, field, told) in [
        (b"".as_slice(), None, "stdin is empty"),
        (b"6222021234567890128", None, "not one JSON object"),
        (&PERSON.as_bytes()[..60], None, "not one JSON object"),
        (&not_utf8, None, "not one JSON object"),
        (with_unknown_key.as_bytes(), Some("verification"), "the keys are card_number"),
        (as_number.as_bytes(), Some("card_number"), "must be a JSON string"),
        (with_short_card.as_bytes(), Some("card_number"), "must have 12 to 19 digits"),
        (twice.as_bytes(), Some("card_number"), "twice"),
        (huge.as_bytes(), None, "64 KiB"),
    ] {
        let ran = run_with(&mut bankmeta(&["verify", "--endpoint", &endpoint]), stdin);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        let json = ran.json();
        assert_eq!(
            (json["error"].as_str(), json["field"].as_str()),
            (Some("invalid_input"), field),
            "{ran:?}"
        );
        assert_eq!((json["fate"].as_str(), json["billed"].as_str()), (Some("not_sent"), Some("no")));
        assert!(json["message"].as_str().unwrap().contains(told), "{told}: {ran:?}");
        ran.assert_shows_no_person();
    }
}

#[test]
fn a_factor_from_two_places_is_refused() {
    let args = ["verify", "--endpoint", &nothing_listening(), "--stdin", "--name", NAME];
    let ran = run_with(&mut bankmeta(&args), PERSON);
    assert_eq!((ran.code, ran.json()["field"].as_str()), (Some(2), Some("name")), "{ran:?}");
    ran.assert_shows_no_person();
}

#[test]
fn factors_in_options_leave_stdin_alone() {
    let args =
        ["verify", "--endpoint", &nothing_listening(), "--card-number", CARD, "--id-number", ID_NUMBER];
    let ran = run_with(&mut bankmeta(&args), PERSON);
    assert_eq!((ran.code, ran.json()["field"].as_str()), (Some(2), Some("name")), "{ran:?}");
}

#[test]
fn wrong_configuration_is_told_without_the_value() {
    for (flag, value) in [
        ("--timeout", CARD),
        ("--placement", CARD),
        ("--credentials", CARD),
        ("--endpoint", "http://6222021234567890128.example"),
        ("--region", "6222021234567890128."),
        ("--access-key-file", "/nonexistent/6222021234567890128"),
    ] {
        let ran = run_with(&mut bankmeta(&["verify", flag, value]), PERSON);
        assert_eq!(ran.code, Some(3), "{ran:?}");
        ran.assert_shows_no_person();
        assert!(!ran.json()["message"].as_str().unwrap().is_empty());
    }
}

#[test]
fn without_an_access_key_it_says_where_to_put_one() {
    let mut command = bankmeta(&["verify", "--text"]);
    let ran = run_with(command.env_remove("ALIBABA_CLOUD_ACCESS_KEY_SECRET"), PERSON);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.stderr.contains("ALIBABA_CLOUD_ACCESS_KEY_SECRET is not set"), "{ran:?}");
    assert!(ran.stderr.contains("--access-key-file"), "{ran:?}");
}

#[test]
fn access_key_files_are_read_whole_or_refused() {
    let good = "# a comment\n\naccess_key_id = a\r\naccess_key_secret=s3cr3t=\nsecurity_token=t\n";
    for (contents, told) in [
        (good, None),
        ("access_key_secret=s3cr3t\n", Some("has no line access_key_id=")),
        ("access_key_id=a\n", Some("has no line access_key_secret=")),
        ("access_key_id=a\naccess_key_secret=s3cr3t\naccess_key_id=b\n", Some("line 3 gives access_key_id")),
        ("access_key_id=a\ns3cr3t\n", Some("line 2 does not begin")),
        ("access_key_id=a\nsecret=s3cr3t\n", Some("line 2 does not begin")),
        ("access_key_id=a\naccess_key_secret=s3cr3t s3cr3t\n", Some("contains a space")),
    ] {
        let (_directory, path) = file("key", contents);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        let args =
            ["verify", "--endpoint", &nothing_listening(), "--access-key-file", path.to_str().unwrap()];
        let ran = run_with(&mut bankmeta(&args), PERSON);
        // With a good key it goes on to the network, where nobody answers.
        assert_eq!(ran.code, Some(if told.is_some() { 3 } else { 4 }), "{ran:?}");
        assert!(told.is_none_or(|told| ran.shows(told)), "{told:?}: {ran:?}");
        assert!(!ran.shows("s3cr3t"), "{ran:?}");
        assert!(ran.stderr.is_empty(), "{ran:?}");
    }
}

#[test]
fn an_access_key_file_open_to_others_is_warned_of() {
    let (_directory, path) = file("key", "access_key_secret=s3cr3t\n");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let path = path.to_str().unwrap();
    let args =
        ["verify", "--endpoint", &nothing_listening(), "--access-key-file", path, "--access-key-id", "a"];
    let ran = run_with(&mut bankmeta(&args), PERSON);
    assert_eq!(ran.code, Some(4), "{ran:?}");
    assert!(ran.stderr.contains("chmod 600"), "{ran:?}");
}

#[test]
fn sources_of_the_access_key_exclude_each_other() {
    for args in [
        ["--credentials", "explicit"].as_slice(),
        &["--access-key-id", "a"],
        &["--credentials", "environment", "--access-key-file", "/nonexistent"],
    ] {
        let ran = run_with(&mut bankmeta(&[&["verify"], args].concat()), PERSON);
        assert_eq!((ran.code, ran.json()["error"].as_str()), (Some(2), Some("usage")), "{ran:?}");
    }
}

#[test]
fn a_reader_that_has_gone_away_changes_nothing() {
    let endpoint = replying_once(r#"{"Code":"200","ResultObject":{"BizCode":"2","SubCode":"201"}}"#);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let args = ["verify", "--endpoint", &endpoint, "--card-number", CARD, "--name", NAME];
    let output = bankmeta(&args).stdout(writer).output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(10), b"".as_slice()));
}

#[test]
fn a_result_that_cannot_be_written_is_an_error() {
    let endpoint = replying_once(r#"{"Code":"200","ResultObject":{"BizCode":"2","SubCode":"201"}}"#);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let args = ["verify", "--endpoint", &endpoint, "--card-number", CARD, "--name", NAME];
    let output = bankmeta(&args).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(70));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot be written"));
}
