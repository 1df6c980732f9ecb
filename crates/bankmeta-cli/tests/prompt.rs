//! The prompt at a terminal: nothing typed is shown, and the terminal is left as it was.

mod support;

use std::os::unix::process::ExitStatusExt as _;

use support::terminal::Terminal;
use support::{CARD, ID_NUMBER, MOBILE, NAME, bankmeta, nothing_listening, replying_once};

const MATCH: &str = r#"{"Code":"200","RequestId":"r-1","ResultObject":{"BizCode":"1","SubCode":"101"}}"#;

#[test]
fn factors_are_asked_for_and_not_shown() {
    let endpoint = replying_once(MATCH);
    let mut terminal = Terminal::run(&mut bankmeta(&["verify", "--endpoint", &endpoint]));
    for (question, answer) in
        [("Card number", CARD), ("Name", NAME), ("ID number", ID_NUMBER), ("Mobile", MOBILE)]
    {
        terminal.expect(question);
        assert!(!terminal.echoes());
        terminal.type_in(&format!("{answer}\n"));
    }
    let status = terminal.wait();
    assert_eq!(status.code(), Some(0), "{}", terminal.screen);
    assert!(terminal.echoes());
    // At a terminal the result is text.
    assert!(terminal.screen.contains("verdict     match"), "{}", terminal.screen);
    for private in [CARD, NAME, ID_NUMBER, MOBILE] {
        assert!(!terminal.screen.contains(private), "{}", terminal.screen);
    }
}

#[test]
fn the_last_two_can_be_left_empty_and_a_wrong_key_erased() {
    let endpoint = replying_once(MATCH);
    let mut terminal = Terminal::run(&mut bankmeta(&["verify", "--endpoint", &endpoint]));
    terminal.expect("Card number");
    terminal.type_in(&format!("{CARD}7\u{7f}\n"));
    terminal.expect("Name");
    // The erased character has three bytes: a terminal that counts bytes leaves rubbish.
    terminal.type_in(&format!("{NAME}李\u{7f}\n"));
    terminal.expect("ID number");
    terminal.type_in("\n");
    terminal.expect("Mobile");
    terminal.type_in("\n");
    assert_eq!(terminal.wait().code(), Some(0), "{}", terminal.screen);
}

#[test]
fn only_what_is_missing_is_asked_for() {
    let endpoint = replying_once(MATCH);
    let args = ["verify", "--endpoint", &endpoint, "--card-number", CARD];
    let mut terminal = Terminal::run(&mut bankmeta(&args));
    terminal.expect("Name");
    terminal.type_in(&format!("{NAME}\n"));
    assert_eq!(terminal.wait().code(), Some(0));
    for question in ["Card number", "ID number", "Mobile"] {
        assert!(!terminal.screen.contains(question), "{}", terminal.screen);
    }
}

#[test]
fn a_required_factor_left_empty_is_invalid_input() {
    let mut terminal = Terminal::run(&mut bankmeta(&["verify", "--endpoint", &nothing_listening()]));
    for question in ["Card number", "Name", "ID number", "Mobile"] {
        terminal.expect(question);
        terminal.type_in("\n");
    }
    assert_eq!(terminal.wait().code(), Some(2));
    assert!(terminal.screen.contains("card_number: is missing"), "{}", terminal.screen);
}

#[test]
fn ctrl_c_at_the_prompt_ends_it_and_leaves_the_terminal_as_it_was() {
    let mut terminal = Terminal::run(&mut bankmeta(&["verify", "--endpoint", &nothing_listening()]));
    terminal.expect("Card number");
    assert!(!terminal.echoes());
    terminal.type_in("62220\u{3}");
    assert_eq!(terminal.wait().signal(), Some(2), "{}", terminal.screen);
    assert!(terminal.echoes());
}
