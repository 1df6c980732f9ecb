//! Everything that a Rust program can print.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};
use std::thread;

use bankmeta::protocol::{self, SigningContext, Where};
use bankmeta::{
    Answer, CallOptions, Client, ClientBuilder, Credentials, Error, Exchange, Verification,
    VerificationBuilder,
};

use crate::job::{BEFORE_CANCELLING, Job, Settings};
use crate::logs;
use crate::search::Output;

/// What was written so far.
#[derive(Clone, Default)]
pub(crate) struct Written(Arc<Mutex<Vec<Output>>>);

impl Written {
    fn add(&self, place: &str, text: String) {
        if let Ok(mut all) = self.0.lock() {
            all.push(Output { place: format!("rust: {place}"), text });
        }
    }

    fn debug(&self, place: &str, it: &dyn Debug) {
        self.add(&format!("{place}, Debug"), format!("{it:?}\n{it:#?}"));
    }

    fn error(&self, place: &str, error: &Error) {
        self.debug(place, error);
        let mut text = format!("{error}\n{error:#}");
        let mut source = std::error::Error::source(error);
        while let Some(error) = source {
            let _ = write!(text, "\n{error} {error:?}");
            source = error.source();
        }
        let _ = write!(text, "\n{:?} {:?} {:?}", error.service_code(), error.request_id(), error.field());
        self.add(&format!("{place}, Display and accessors"), text);
        error.attempts().iter().for_each(|attempt| self.debug(&format!("{place}, attempt"), attempt));
    }

    fn answer(&self, answer: &Answer) {
        self.debug("answer", answer);
        let sub_code = answer.sub_code().map(|code| (code.as_str(), code.name(), code.meaning()));
        let request_id = answer.request_id();
        self.add("answer, accessors", format!("{} {sub_code:?} {request_id:?}", answer.biz_code()));
    }

    fn take(&self) -> Vec<Output> {
        self.0.lock().map(|mut all| std::mem::take(&mut *all)).unwrap_or_default()
    }
}

/// The face itself; it keeps the last client.
#[derive(Default)]
pub(crate) struct RustFace {
    written: Written,
    last: Option<(Settings, Client)>,
}

impl RustFace {
    /// Does the job, and gives all that came out.
    pub(crate) fn run(&mut self, job: &Job) -> Vec<Output> {
        if let Some(client) = self.client(job) {
            let verify_all =
                |people: &[Settings]| people.iter().for_each(|person| self.verify(&client, job, person));
            if job.at_once {
                thread::scope(|scope| {
                    job.people.chunks(1).for_each(|person| _ = scope.spawn(|| verify_all(person)));
                    if job.cancel {
                        thread::sleep(BEFORE_CANCELLING);
                        client.cancel();
                    }
                });
            } else {
                verify_all(&job.people);
            }
            if !job.misplaced() {
                self.written.debug("client", &client);
            }
            self.written.debug("stats", &client.stats());
        }
        let mut outputs = self.written.take();
        outputs.push(logs::take());
        outputs
    }

    fn client(&mut self, job: &Job) -> Option<Client> {
        if let Some((config, client)) = self.last.as_ref().filter(|_| job.reuse)
            && *config == job.config
        {
            return Some(client.clone());
        }
        let written = self.written.clone();
        let mut builder = Client::builder().on_event(move |event| {
            written.debug("event", event);
            written.add("event", event.text.clone());
        });
        for (key, value) in &job.config {
            match builder.clone().set(key, value) {
                Ok(set) => builder = set,
                Err(error) => self.written.error("error of a setting", &error),
            }
        }
        if !job.misplaced() {
            self.written.debug("client builder", &builder);
        }
        match builder.build() {
            Ok(client) => {
                self.last = Some((job.config.clone(), client.clone()));
                Some(client)
            }
            Err(error) => {
                self.written.error("error of the client", &error);
                None
            }
        }
    }

    fn verify(&self, client: &Client, job: &Job, person: &Settings) {
        let written = &self.written;
        let mut builder = Verification::builder();
        for (key, value) in person {
            match builder.clone().set(key, value) {
                Ok(set) => builder = set,
                Err(error) => return written.error("error of a key", &error),
            }
        }
        written.debug("verification builder", &builder);
        let Some(verification) = self.checked(builder) else { return };
        self.signed(job, &verification);
        self.own_http(job, &verification);
        let cancellation = bankmeta::Cancellation::new();
        let options = CallOptions::new().cancellation(&cancellation);
        written.debug("call options", &options);
        let result = client.verify_with(&verification, options);
        match &result {
            Ok(answer) => written.answer(answer),
            Err(error) => written.error("error", error),
        }
        if let Some((status, body)) = job.body() {
            written.debug("decoded", &protocol::decode::decode(status, [], body.as_bytes()));
        }
        panic_with(result, &verification);
    }

    fn checked(&self, builder: VerificationBuilder) -> Option<Verification> {
        match builder.build() {
            Ok(verification) => {
                self.written.debug("verification", &verification);
                self.written.debug("warnings", &verification.warnings());
                self.written.debug("parameters", &verification.parameters());
                Some(verification)
            }
            Err(error) => {
                self.written.error("error of the input", &error);
                None
            }
        }
    }

    /// A host with its own HTTP stack: what it holds, and what a reply means to it.
    fn own_http(&self, job: &Job, verification: &Verification) {
        let set = |builder: ClientBuilder, (key, value): &(String, String)| builder.set(key, value).ok();
        let Some(config) = job.config.iter().try_fold(Client::builder(), set) else { return };
        let Ok(exchange) = Exchange::sign(&config, verification, 1_800_000_000, None) else { return };
        self.written.debug("exchange", &exchange);
        self.written.debug("exchange's url", &exchange.url());
        if let Some((status, body)) = job.body() {
            match exchange.decode(status, [("x-acs-request-id", exchange.request().body())], body.as_bytes())
            {
                Ok(answer) => self.written.answer(&answer),
                Err(error) => self.written.error("error of a decoded reply", &error),
            }
        }
    }

    /// The same by the functions of the protocol.
    fn signed(&self, job: &Job, verification: &Verification) {
        let value = |key: &str| {
            job.config.iter().find(|(it, _)| it == key).map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let credentials = Credentials::new(
            value("access_key_id"),
            value("access_key_secret"),
            Some(value("security_token")),
        );
        let Ok(credentials) = credentials else { return };
        let context = SigningContext {
            credentials: &credentials,
            host: "127.0.0.1",
            signature: if value("signature") == "v1" {
                protocol::Signature::V1
            } else {
                protocol::Signature::Acs3
            },
            placement: if value("placement") == "query" { Where::Query } else { Where::Body },
            unix_seconds: 1_800_000_000,
            nonce: "0123456789abcdef0123456789abcdef",
        };
        self.written.debug("credentials", &credentials);
        self.written.debug("signing context", &context);
        self.written.debug("signed request", &protocol::sign(&verification.parameters(), &context));
    }
}

/// A program that takes a wrong result for granted, with a verification in its hands.
fn panic_with(result: Result<Answer, Error>, verification: &Verification) {
    logs::panicking(|| match result {
        Ok(answer) => panic!("unexpected: {answer:?} of {verification:?}"),
        Err(error) => panic!("{error}: {error:?} of {verification:?}"),
    });
}

/// Puts the texts through everything that is listened to, as a leak would go.
pub(crate) fn plant(texts: &[String]) -> Vec<Output> {
    let mut outputs = Vec::new();
    for text in texts {
        tracing::trace!(target: "anybody", %text);
        outputs.push(Output { place: "tracing".to_owned(), ..logs::take() });
        tracing::trace_span!(target: "anybody", "span", text);
        outputs.push(Output { place: "a span".to_owned(), ..logs::take() });
        log::trace!(target: "anybody", "{text}");
        outputs.push(Output { place: "log".to_owned(), ..logs::take() });
        logs::panicking(|| panic!("{text}"));
        outputs.push(Output { place: "a panic".to_owned(), ..logs::take() });
        let written = Written::default();
        written.debug("anything", text);
        outputs.extend(written.take());
    }
    outputs
}
