//! For a host with its own HTTP stack: signed here, sent there, decoded here.

use zeroize::Zeroizing;

use crate::answer::Answer;
use crate::config::ClientBuilder;
use crate::credentials::Credentials;
use crate::ended::Ended;
use crate::error::{Error, ErrorKind};
use crate::fate::{Phase, Progress};
use crate::options::Placement;
use crate::protocol::decode::{HEADERS, MAX_BODY};
use crate::protocol::{Parameters, SignedRequest, SigningContext, Where, Wiped, encode, sign};
use crate::scrub::Personal;
use crate::transport::{Broken, Reply};
use crate::verification::Verification;

/// One attempt that a host makes with its own HTTP stack, for example an
/// asynchronous one. It sends [`Exchange::request`] to [`Exchange::url`] and
/// passes the reply to [`Exchange::decode`], whose answers and errors are those
/// of [`Client::verify`](crate::Client::verify): same fate, same text, and
/// nothing of the input in them.
///
/// ```
/// use bankmeta::{Client, ErrorKind, Exchange, Fate, Verification};
///
/// let config = Client::builder().access_key("id", "secret");
/// let verification = Verification::two_factors("6222021234567890128", "张三")?;
/// let exchange = Exchange::sign(&config, &verification, 1_795_478_400, None)?;
/// assert_eq!(&*exchange.url(), "https://cloudauth-intl.cn-hongkong.aliyuncs.com/");
///
/// // The host sends it; here, what it would get.
/// let body = br#"{"Code":"200","ResultObject":{"BizCode":"1","SubCode":"101"}}"#;
/// let answer = exchange.decode(200, [("x-acs-request-id", "3A5B")], body)?;
/// assert_eq!(answer.request_id(), Some("3A5B"));
///
/// let error = Exchange::not_answered(ErrorKind::Timeout, true);
/// assert_eq!(error.fate(), Fate::Unknown);
/// # Ok::<(), bankmeta::Error>(())
/// ```
#[derive(Debug)]
pub struct Exchange {
    request: SignedRequest,
    origin: String,
    verification: Verification,
    parameters: Parameters,
    credentials: Credentials,
}

impl Exchange {
    /// Signs with the configuration's access key, for its endpoint, with its
    /// signature and placement; [`Placement::Auto`] means the form body. Every
    /// attempt needs a new signature. `nonce` must never have been used before;
    /// `None` takes a random one. The same time and nonce make the same request.
    pub fn sign(
        config: &ClientBuilder,
        verification: &Verification,
        unix_seconds: i64,
        nonce: Option<&str>,
    ) -> Result<Self, Error> {
        // Signed all the same it would be the year 1970, which the service refuses.
        if jiff::Timestamp::from_second(unix_seconds).is_err() {
            return Err(Error::invalid_input(
                "unix_seconds",
                "is beyond the year 9999; pass seconds since 1970, not milliseconds",
            ));
        }
        let endpoint = config.resolve_endpoint()?;
        let credentials = config.resolve_credentials()?;
        let parameters = verification.parameters();
        let host = endpoint.authority();
        let nonce = nonce.map_or_else(fresh_nonce, checked_nonce)?;
        let context = SigningContext {
            credentials: &credentials,
            host: &host,
            signature: config.signature,
            placement: match config.placement {
                Placement::Query => Where::Query,
                Placement::Auto | Placement::Body => Where::Body,
            },
            unix_seconds,
            nonce: &nonce,
        };
        Ok(Self {
            request: sign(&parameters, &context),
            origin: format!("{}://{host}", if endpoint.is_https() { "https" } else { "http" }),
            verification: verification.clone(),
            parameters,
            credentials,
        })
    }

    /// What to send: a POST of its body with its headers, without following
    /// redirects and without a second try.
    #[must_use]
    pub fn request(&self) -> &SignedRequest {
        &self.request
    }

    /// Where to: scheme, host, path and query. With [`Placement::Query`] it holds
    /// personal data: do not log it.
    #[must_use]
    pub fn url(&self) -> Wiped {
        let target = self.request.target();
        let mut url = Wiped::with_capacity(self.origin.len() + target.len());
        url.text().push_str(&self.origin);
        url.text().push_str(target);
        url
    }

    /// What a whole reply means. `headers` in any letter case; those that
    /// [`HEADERS`] does not name need not be passed. The attempt in the answer or
    /// error has no duration, which only the host knows.
    pub fn decode<'a>(
        &self,
        http_status: u16,
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        body: &[u8],
    ) -> Result<Answer, Error> {
        if body.len() > MAX_BODY {
            let what = format!("the reply is larger than {MAX_BODY} bytes");
            return Err(broken(ErrorKind::BadReply, what, Phase::Receive, true));
        }
        let known = |name: &str| HEADERS.into_iter().find(|known| name.eq_ignore_ascii_case(known));
        let reply = Reply {
            status: http_status,
            headers: headers
                .into_iter()
                .filter_map(|(name, value)| Some((known(name)?, value.to_owned())))
                .collect(),
            body: Zeroizing::new(body.to_vec()),
        };
        let personal = Personal {
            verification: Some(&self.verification),
            parameters: &self.parameters,
            credentials: &self.credentials,
        };
        let Ended { attempt, outcome, .. } = Ended::of_reply(&self.request, &reply, personal);
        match outcome {
            Ok((biz_code, sub_code)) => {
                let request_id = attempt.request_id.clone();
                Ok(Answer { biz_code, sub_code, request_id, attempts: vec![attempt] })
            }
            Err(end) => Err(Error::of_attempts(end.kind, end.what, vec![attempt])),
        }
    }

    /// The error for an attempt to which no whole reply came. Its fate follows from
    /// `handed_over` alone: whether any byte of the request reached the socket
    /// layer. Pass `true` if that is not known. `kind` is one of the network's,
    /// [`ErrorKind::Dns`] to [`ErrorKind::ConnectionLost`]; any other one counts
    /// as the last.
    #[must_use]
    pub fn not_answered(kind: ErrorKind, handed_over: bool) -> Error {
        let (kind, what, phase) = match kind {
            ErrorKind::Dns => (kind, "the endpoint's name could not be resolved", Phase::Resolve),
            ErrorKind::Connect => (kind, "no connection could be opened", Phase::Connect),
            ErrorKind::Tls => (kind, "the TLS handshake failed", Phase::Tls),
            ErrorKind::Timeout => (kind, "no reply came in time", Phase::Connect),
            _ => {
                (ErrorKind::ConnectionLost, "the connection ended before a whole reply came", Phase::Connect)
            }
        };
        let phase = if handed_over { Phase::Receive } else { phase };
        broken(kind, what.to_owned(), phase, handed_over)
    }
}

fn broken(kind: ErrorKind, what: String, phase: Phase, handed_over: bool) -> Error {
    let progress = Progress { phase, bytes_handed: u64::from(handed_over) };
    let Ended { attempt, .. } = Ended::of_broken(Broken::new(kind, String::new()), progress);
    Error::of_attempts(kind, what, vec![attempt])
}

fn fresh_nonce() -> Result<String, Error> {
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).map_err(|error| {
        Error::configuration(format!("the system gives no random numbers: {error}; pass a nonce"))
    })?;
    Ok(encode::hex(&random))
}

/// A nonce stands in a header, or in the query.
fn checked_nonce(nonce: &str) -> Result<String, Error> {
    let fits = (1..=64).contains(&nonce.len())
        && nonce.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if fits {
        Ok(nonce.to_owned())
    } else {
        Err(Error::invalid_input("nonce", "must be 1 to 64 ASCII letters, digits and hyphens"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Client;
    use crate::fate::{Billed, Fate};
    use crate::protocol::Signature;

    const CARD: &str = "6222021234567890128";

    fn config() -> ClientBuilder {
        Client::builder().access_key("id", "secret").endpoint("http://127.0.0.1:8080")
    }

    fn exchange(config: &ClientBuilder) -> Exchange {
        let verification = Verification::two_factors(CARD, "张三").unwrap();
        Exchange::sign(config, &verification, 1_795_478_400, Some("n-1")).unwrap()
    }

    fn failure(code: &str, message: &str) -> String {
        format!(r#"{{"RequestId":"3A5B","Code":"{code}","Message":{}}}"#, serde_json::json!(message))
    }

    #[test]
    fn milliseconds_are_not_taken_for_seconds() {
        let verification = Verification::two_factors(CARD, "张三").unwrap();
        for wrong in [1_795_478_400_000, i64::MIN, i64::MAX] {
            let error = Exchange::sign(&config(), &verification, wrong, None).unwrap_err();
            assert_eq!(error.field(), Some("unix_seconds"));
        }
    }

    #[test]
    fn an_empty_header_is_no_request_id() {
        let body = br#"{"Code":"200","ResultObject":{"BizCode":"1"}}"#;
        let answer = exchange(&config()).decode(200, [("x-acs-request-id", " ")], body).unwrap();
        assert_eq!(answer.request_id(), None);
    }

    #[test]
    fn requests_follow_the_configuration_and_can_be_made_again() {
        let body = exchange(&config());
        assert_eq!(body.url().as_str(), "http://127.0.0.1:8080/");
        assert!(body.request().body().contains(CARD));
        let again = exchange(&config());
        assert!(body.request().headers().eq(again.request().headers()));

        let query = exchange(&config().placement(Placement::Query).signature(Signature::V1));
        assert!(query.url().starts_with("http://127.0.0.1:8080/?") && query.url().contains(CARD));
        assert!(query.request().body().is_empty());
    }

    #[test]
    fn nonces_are_random_or_checked() {
        let verification = Verification::two_factors(CARD, "张三").unwrap();
        let sign = |nonce| Exchange::sign(&config(), &verification, 0, nonce);
        let nonce_of = |exchange: Exchange| {
            let nonce = exchange.request().headers().find(|header| header.0 == "x-acs-signature-nonce");
            nonce.unwrap().1.to_owned()
        };
        let (first, second) = (nonce_of(sign(None).unwrap()), nonce_of(sign(None).unwrap()));
        assert!(first != second && first.len() == 32);
        for bad in ["", "a b", "line\r\nend", "名", &"x".repeat(65)] {
            assert_eq!(sign(Some(bad)).unwrap_err().field(), Some("nonce"));
        }
        let without_key = Exchange::sign(&Client::builder(), &verification, 0, None).unwrap_err();
        assert_eq!(without_key.kind(), ErrorKind::Credentials);
    }

    #[test]
    fn replies_are_decoded_as_the_client_does() {
        let exchange = exchange(&config());
        let body = br#"{"Code":"200","ResultObject":{"BizCode":"2","SubCode":"201"}}"#;
        let answer = exchange.decode(200, [("X-Acs-Request-Id", "3A5B"), ("Server", "x")], body).unwrap();
        assert_eq!((answer.billed(), answer.request_id()), (Billed::Yes, Some("3A5B")));
        assert_eq!(answer.attempts().len(), 1);

        for (status, body, kind, fate) in [
            (403, failure("Throttling.Api", ""), ErrorKind::Throttled, Fate::Rejected),
            (500, failure("InternalError", ""), ErrorKind::ServiceFailure, Fate::Unknown),
            (200, String::new(), ErrorKind::BadReply, Fate::Unknown),
            (200, " ".repeat(MAX_BODY + 1), ErrorKind::BadReply, Fate::Unknown),
        ] {
            let error = exchange.decode(status, [], body.as_bytes()).unwrap_err();
            assert_eq!((error.kind(), error.fate(), error.attempts().len()), (kind, fate, 1));
        }
    }

    #[test]
    fn what_the_service_repeats_is_left_out() {
        let exchange = exchange(&config());
        let body = format!(r#"{{"RequestId":"{CARD}","Code":"{CARD}","Message":"{CARD}"}}"#);
        let error = exchange.decode(400, [("x-acs-request-id", CARD)], body.as_bytes()).unwrap_err();
        assert_eq!((error.service_code(), error.request_id()), (None, None));
        assert!(!format!("{error} {error:?} {exchange:?}").contains(CARD));
    }

    #[test]
    fn a_refused_signature_is_compared_with_what_was_signed_and_never_shown() {
        let exchange = exchange(&config().placement(Placement::Query).signature(Signature::V1));
        // What the service echoes in V1: every pair but the signature, encoded once more.
        let (_, query) = exchange.request().target().split_once('?').unwrap();
        let pairs = query.split('&').filter(|pair| !pair.starts_with("Signature="));
        let mut pairs: Vec<&str> = pairs.collect();
        pairs.sort_unstable();
        let once_more = encode::percent_encode(&pairs.join("&"));
        let echoed = format!("POST&%2F&{once_more}");
        let error = |message: &str| {
            let body = failure("SignatureDoesNotMatch", message);
            let error = exchange.decode(400, [], body.as_bytes()).unwrap_err().to_string();
            assert!(!error.contains(CARD));
            error
        };
        assert!(error(&echoed).contains("the access key secret is wrong"));
        assert!(error(&echoed.replacen("POST", "PUT", 1)).contains("a proxy rewrites requests"));
    }

    #[test]
    fn without_a_reply_the_bytes_decide() {
        for kind in ErrorKind::ALL {
            let before = Exchange::not_answered(*kind, false);
            assert_eq!((before.fate(), before.billed()), (Fate::NotSent, Billed::No));
            let after = Exchange::not_answered(*kind, true);
            assert_eq!((after.fate(), after.billed()), (Fate::Unknown, Billed::Maybe));
            // A host has no breaker of ours.
            let of_network = (200..300).contains(&kind.number()) && *kind != ErrorKind::CircuitOpen;
            assert_eq!(after.kind(), if of_network { *kind } else { ErrorKind::ConnectionLost });
            assert_eq!(after.attempts().first().map(|attempt| attempt.phase), Some(Phase::Receive));
        }
    }
}
