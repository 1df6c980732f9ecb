//! The failures: what each is made of, the same for every face.

use bankmeta_sandbox::{AccessKey, Cardholder, Certificate, Fault, FaultKind, Sandbox, SandboxOptions, Side};

use crate::echoes;
use crate::job::{Job, Settings};
use crate::people::{Person, Secrets};

/// A sandbox that knows the run's access keys and every second person.
pub(crate) fn start_sandbox(people: &[Person], secrets: &Secrets) -> Sandbox {
    let holder = |person: &Person| Cardholder {
        card_number: person.card_number.clone(),
        name: person.name.clone(),
        id_number: person.id_number.clone(),
        mobile: person.mobile.clone(),
        state: None,
    };
    let options = SandboxOptions {
        quota: None,
        access_keys: vec![
            AccessKey::new("permanent", &secrets.secret),
            AccessKey::new("STS.temporary", &secrets.sts_secret).with_token(&secrets.token),
        ],
        cardholders: people.iter().step_by(2).map(holder).collect(),
        ..Default::default()
    };
    Sandbox::start(options).unwrap_or_else(|error| panic!("the sandbox does not start: {error}"))
}

/// What is common to a batch: both signatures, both placements, md5 mode and plain,
/// with and without a security token, in turn.
pub(crate) struct Batch<'a> {
    pub(crate) people: &'a [Person],
    pub(crate) secrets: &'a Secrets,
    pub(crate) sandbox: &'a Sandbox,
    /// Its CA signed nothing here.
    pub(crate) stranger: &'a Sandbox,
    pub(crate) number: usize,
}

/// How many batches see every combination.
pub(crate) const COMBINATIONS: usize = 16;

impl Batch<'_> {
    fn has(&self, bit: usize) -> bool {
        (self.number >> bit) & 1 == 1
    }

    fn job(&self, name: &str) -> Job {
        let ca_file = self.sandbox.ca_file().map(|path| path.display().to_string()).unwrap_or_default();
        let endpoint = self.sandbox.endpoint();
        let mut config = vec![
            ("endpoint", endpoint.as_str()),
            ("ca_file", ca_file.as_str()),
            ("signature", if self.has(0) { "v1" } else { "acs3" }),
            ("placement", if self.has(1) { "query" } else { "body" }),
            ("quota", "off"),
            ("timeout", "10"),
        ];
        if self.has(3) {
            config.push(("access_key_id", "STS.temporary"));
            config.push(("access_key_secret", &self.secrets.sts_secret));
            config.push(("security_token", &self.secrets.token));
        } else {
            config.push(("access_key_id", "permanent"));
            config.push(("access_key_secret", &self.secrets.secret));
        }
        Job {
            name: name.to_owned(),
            config: config.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
            people: self.people.iter().map(|person| self.verification(person)).collect(),
            at_once: true,
            cancel: false,
            reuse: false,
            expects: &[],
            fault: None,
            clock_offset: 0,
            certificate: Certificate::Valid,
            ignore_form_bodies: false,
        }
    }

    fn verification(&self, person: &Person) -> Settings {
        let mut settings: Settings =
            person.factors().iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        if self.has(2) {
            settings.push(("md5_mode".to_owned(), "true".to_owned()));
        }
        settings
    }

    /// Every kind of failure, and success.
    pub(crate) fn jobs(&self) -> Vec<Job> {
        let mut jobs = vec![self.job("success").expecting(&["verification passed"])];
        self.input(&mut jobs);
        self.configuration(&mut jobs);
        self.network(&mut jobs);
        self.cut(&mut jobs);
        self.refusals(&mut jobs);
        self.own_limits(&mut jobs);
        self.echoes(&mut jobs);
        jobs
    }

    fn input(&self, jobs: &mut Vec<Job>) {
        let people = self.people;
        let mut bad = |name: &str, change: &dyn Fn(&Person) -> (&'static str, String)| {
            let expects: &[&str] = if name.starts_with("input: a") { &[] } else { &["[invalid_input, fate"] };
            jobs.push(self.job(name).each(people, change).expecting(expects));
        };
        bad("input: card number with a letter", &|it| ("card_number", format!("{}O", it.card_number)));
        bad("input: card number with spaces", &|it| ("card_number", format!("{} 1", it.card_number)));
        bad("input: card number too long", &|it| ("card_number", format!("{}12345", it.card_number)));
        bad("input: name with a line end", &|it| ("name", format!("{}\n", it.name)));
        bad("input: name and card swapped", &|it| ("name", it.card_number.clone()));
        bad("input: check character", &|it| {
            ("id_number", format!("{}Y", it.id_number.get(..17).unwrap_or_default()))
        });
        bad("input: mobile with country code", &|it| ("mobile", format!("+86{}", it.mobile)));
        bad("input: an unknown key", &|it| ("card", it.card_number.clone()));
        bad("input: a value as md5_mode", &|it| ("md5_mode", it.card_number.clone()));
        bad("input: a value as unchecked", &|it| ("unchecked", format!("{},{}", it.name, it.mobile)));
        bad("input: a value as lane", &|it| ("lane", it.mobile.clone()));
        bad("input: a name as id_type", &|it| ("id_type", it.name.clone()));
    }

    fn configuration(&self, jobs: &mut Vec<Job>) {
        // One of them is enough: a configuration is made once for all.
        let Some(person) = self.people.first() else { return };
        let (card, name) = (person.card_number.as_str(), person.name.as_str());
        let numbers = [
            "endpoint",
            "timeout",
            "connect_timeout",
            "placement",
            "signature",
            "network",
            "retry",
            "quota_scope",
            "resend_unknown",
            "breaker",
            "credentials",
            "retry_max_extra",
            "ca_file",
        ];
        let texts = ["region", "user_agent", "endpoint", "max_billable", "quota", "timeout", "ca_file"];
        for (key, value) in numbers.iter().map(|key| (*key, card)).chain(texts.iter().map(|key| (*key, name)))
        {
            let mut job = self.job(&format!("configuration: a value as {key}")).set(key, value);
            if key == "region" {
                // Which the endpoint would override.
                job = job.set("endpoint", "");
            }
            jobs.push(job.hurried());
        }
        jobs.push(self.job("configuration: an unknown key that is a value").set(card, "1"));
        jobs.push(self.job("configuration: an unknown key with a value").set("card_number", card));
        let broken = format!("{}\r\nInjected: {card}", self.secrets.secret);
        jobs.push(self.job("configuration: a secret with a line end").set("access_key_secret", &broken));
        jobs.push(
            self.job("configuration: a token with a space")
                .set("security_token", &format!("{} x", self.secrets.token)),
        );
        jobs.push(self.job("configuration: no secret").set("access_key_secret", ""));
    }

    fn network(&self, jobs: &mut Vec<Job>) {
        jobs.push(
            self.job("name not resolved")
                .set("endpoint", "https://nowhere.invalid")
                .set("retry", "never")
                .set("retry", "never")
                .hurried()
                .expecting(&["[dns, fate|[timeout, fate"]),
        );
        // Port 1: nothing listens there. From the sixth on the circuit is open.
        let refused = self.job("connection refused, circuit open").set("endpoint", "https://127.0.0.1:1");
        jobs.push(
            refused
                .set("retry", "never")
                .one_after_the_other()
                .expecting(&["[connect, fate", "[circuit_open, fate"]),
        );
        let stranger = self.stranger.ca_file().map(|path| path.display().to_string()).unwrap_or_default();
        jobs.push(self.job("TLS: unknown CA").set("ca_file", &stranger).expecting(&["[tls, fate"]));
        jobs.push(Job {
            certificate: Certificate::WrongName,
            ..self.job("TLS: wrong name").expecting(&["[tls, fate"])
        });
        jobs.push(Job {
            certificate: Certificate::Expired,
            ..self.job("TLS: expired").expecting(&["[tls, fate"])
        });
        let stalled = Fault::new(FaultKind::Stall).at(Side::Connection, 100);
        jobs.push(self.job("TLS: stalled").fault(stalled).hurried().expecting(TIMEOUT));
    }

    fn cut(&self, jobs: &mut Vec<Job>) {
        let hang = || Fault::new(FaultKind::Hang);
        jobs.push(self.job("timeout before execution").fault(hang()).hurried().expecting(TIMEOUT));
        jobs.push(self.job("timeout after execution").fault(hang().after()).hurried().expecting(TIMEOUT));
        let cancelled = self.job("cancelled").fault(hang()).expecting(&["[cancelled, fate"]);
        jobs.push(Job { cancel: true, ..cancelled });
        for (name, side, at) in [
            ("reset in the request", Side::Request, 300),
            ("reset in the reply", Side::Reply, 40),
            ("reset before the reply", Side::Reply, 0),
        ] {
            jobs.push(self.job(name).fault(Fault::new(FaultKind::Reset).at(side, at)).expecting(LOST));
        }
        jobs.push(
            self.job("closed after execution").fault(Fault::new(FaultKind::Close).after()).expecting(LOST),
        );
        let again = self.job("closed, resent").set("resend_unknown", "true");
        jobs.push(again.fault(Fault::new(FaultKind::Close).times(1)));
        let again = self.job("closed, answered the second time").set("retry", "answer_first");
        jobs.push(again.fault(Fault::new(FaultKind::Close).times(1)));
        for (name, kind) in [
            ("truncated body", FaultKind::Truncate { length: 40 }),
            ("gzip", FaultKind::Gzip),
            ("huge headers", FaultKind::HugeHeaders { bytes: 1 << 17 }),
            ("too short a length", FaultKind::WrongLength { by: -20 }),
        ] {
            jobs.push(self.job(name).fault(Fault::new(kind).after()).expecting(&["[bad_reply, fate"]));
        }
    }

    fn refusals(&self, jobs: &mut Vec<Job>) {
        let wrong = self.secrets.wrong_secret.as_str();
        jobs.push(
            self.job("wrong secret: the string-to-sign is echoed")
                .set("access_key_secret", wrong)
                .expecting(&["[signature, fate"]),
        );
        jobs.push(
            self.job("unknown access key").set("access_key_id", "nobody").expecting(&["[access_key, fate"]),
        );
        jobs.push(self.job("wrong token").set("security_token", wrong));
        jobs.push(Job { clock_offset: 7200, ..self.job("wrong clock") });
        jobs.push(Job {
            ignore_form_bodies: true,
            ..self.job("moved to the query").set("placement", "auto")
        });
        jobs.push(Job { ignore_form_bodies: true, ..self.job("body ignored") });
        for (status, code, expects) in [
            (403, Some("Forbidden.RAMUserAccessDenied"), &["[permission_denied, fate"] as &[&str]),
            (400, Some("SignatureNonceUsed"), &["[nonce_used, fate"]),
            (400, Some("InvalidBankCard"), &["[invalid_parameter, fate"]),
            (503, Some("ServiceUnavailable"), &["[unavailable, fate"]),
            (500, Some("InternalError"), &["[service_failure, fate"]),
            (502, None, &["[service_failure, fate"]),
        ] {
            let name = format!("HTTP {status} {}", code.unwrap_or("in HTML"));
            let kind = FaultKind::Answer { status, code: code.map(str::to_owned) };
            jobs.push(self.job(&name).set("retry", "never").fault(Fault::new(kind)).expecting(expects));
        }
        let throttled = FaultKind::Answer { status: 403, code: Some("Throttling.Api".to_owned()) };
        jobs.push(
            self.job("throttled until the deadline")
                .fault(Fault::new(throttled))
                .hurried()
                .set("timeout", "0.2"),
        );
    }

    fn own_limits(&self, jobs: &mut Vec<Job>) {
        jobs.push(
            self.job("quota")
                .set("quota", "0.1")
                .set("timeout", "5")
                .one_after_the_other()
                .expecting(&["[quota, fate"]),
        );
        jobs.push(
            self.job("max_billable")
                .set("max_billable", "1")
                .one_after_the_other()
                .expecting(&["[max_billable, fate"]),
        );
    }

    /// The service repeats what it was sent: each person's in some forms, in each place.
    fn echoes(&self, jobs: &mut Vec<Job>) {
        for person in self.people {
            let bodies = echoes::bodies(person, self.secrets, self.has(2));
            let turn = person.number;
            for index in 0..ECHOES {
                let Some((place, status, content_type, body)) =
                    bodies.get((turn * ECHOES + index) % bodies.len())
                else {
                    continue;
                };
                let kind = FaultKind::Body {
                    status: *status,
                    content_type: (*content_type).to_owned(),
                    body: body.clone(),
                };
                let job = self.job(&format!("echo: {place}")).set("retry", "never").fault(Fault::new(kind));
                jobs.push(Job { people: vec![self.verification(person)], reuse: true, ..job });
            }
            let location = format!("https://elsewhere.example/?BankCard={}", person.card_number);
            let kind = FaultKind::Redirect { status: 302, location };
            let job = self.job("redirect").fault(Fault::new(kind));
            jobs.push(Job { people: vec![self.verification(person)], reuse: true, ..job });
        }
    }
}

const TIMEOUT: &[&str] = &["[timeout, fate"];
const LOST: &[&str] = &["[connection_lost, fate"];

/// How many replies with an echo each person gets.
const ECHOES: usize = 6;
