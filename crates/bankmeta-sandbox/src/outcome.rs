//! What a request comes to, before it is put into words: a verdict, an error or
//! an odd reply, and whether it was executed and billed.

use std::borrow::Cow;

use crate::cards::{self, Effect, Odd, TestCard};
use crate::codes;

/// What the service says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said<'a> {
    /// BizCode and sub code.
    Verdict(&'a str, &'a str),
    /// The gateway's error.
    Error(GatewayError),
    /// A failing `Code` in the body of an HTTP 200.
    InBody(&'static str),
    /// A page in HTML with this status.
    Page(u16),
    /// A reply in an unusual form; the text is the message of an echoing one.
    Odd(Odd, String),
}

/// The gateway's error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GatewayError {
    pub(crate) status: u16,
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
    pub(crate) retry_after_ms: Option<u64>,
}

impl GatewayError {
    /// The error `code` with its own status and message.
    pub(crate) fn new(code: impl Into<Cow<'static, str>>) -> Self {
        let code = code.into();
        Self { status: codes::status(&code), message: codes::message(&code), code, retry_after_ms: None }
    }

    pub(crate) fn with_message(mut self, message: String) -> Self {
        self.message = message;
        self
    }

    pub(crate) fn with_retry_after(mut self, milliseconds: u64) -> Self {
        self.retry_after_ms = Some(milliseconds);
        self
    }
}

/// What a request comes to.
#[derive(Debug)]
pub(crate) struct Outcome<'a> {
    pub(crate) said: Said<'a>,
    /// The verification was really executed.
    pub(crate) executed: bool,
    /// The call was billed: a verdict of BizCode 1 or 2 was reached.
    pub(crate) billed: bool,
}

/// What is counted of an outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) executed: bool,
    pub(crate) billed: bool,
    /// The `Code` of an error.
    pub(crate) error: Option<Cow<'static, str>>,
}

impl<'a> Outcome<'a> {
    pub(crate) fn verdict(biz_code: &'a str, sub_code: &'a str) -> Self {
        let billed = matches!(biz_code, "1" | "2");
        Self { said: Said::Verdict(biz_code, sub_code), executed: true, billed }
    }

    pub(crate) fn refused(error: GatewayError) -> Self {
        Self { said: Said::Error(error), executed: false, billed: false }
    }

    /// What a test card makes of a request. `echo` gives the text with which the
    /// service repeats the input; it is asked for only where a card does so.
    pub(crate) fn of_effect(effect: Effect, echo: impl Fn(Echo) -> String) -> Self {
        let match_as = |odd| Self { said: Said::Odd(odd, String::new()), executed: true, billed: true };
        let refuse_as = |odd, text| Self { said: Said::Odd(odd, text), executed: false, billed: false };
        let late = |said| Self { said, executed: true, billed: true };
        match effect {
            Effect::Verdict(biz_code, sub_code) => Self::verdict(biz_code, sub_code),
            Effect::Error("Throttling.Api") => {
                Self::refused(GatewayError::new("Throttling.Api").with_retry_after(CARD_RETRY_AFTER_MS))
            }
            Effect::Error("SignatureDoesNotMatch") => Self::refused(
                GatewayError::new("SignatureDoesNotMatch").with_message(echo(Echo::StringToSign)),
            ),
            Effect::Error(code) => Self::refused(GatewayError::new(code)),
            Effect::LateError(code) => late(Said::Error(GatewayError::new(code))),
            Effect::InBody(code) => Self { said: Said::InBody(code), executed: false, billed: false },
            // There is no verdict, and billing follows the verdict.
            Effect::LateInBody(code) => Self { said: Said::InBody(code), executed: true, billed: false },
            Effect::Page(status) => Self { said: Said::Page(status), executed: false, billed: false },
            Effect::LatePage(status) => late(Said::Page(status)),
            Effect::Odd(odd @ Odd::EchoingError) => refuse_as(odd, echo(Echo::Input)),
            Effect::Odd(odd @ (Odd::LowerCaseError | Odd::XmlError)) => refuse_as(odd, String::new()),
            Effect::Odd(odd) => match_as(odd),
        }
    }

    /// What of it is counted.
    pub(crate) fn count(&self) -> Count {
        Count { executed: self.executed, billed: self.billed, error: self.error_code() }
    }

    /// The `Code` to count this under; `None` for a verdict.
    fn error_code(&self) -> Option<Cow<'static, str>> {
        match &self.said {
            Said::Verdict(..) => None,
            Said::Error(error) => Some(error.code.clone()),
            Said::InBody(code) => Some(Cow::Borrowed(code)),
            Said::Page(status) => Some(Cow::Owned(format!("HTTP {status}"))),
            Said::Odd(odd, _) => odd.error_code().map(Cow::Borrowed),
        }
    }
}

/// What an error text repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Echo {
    /// The server's string-to-sign.
    StringToSign,
    /// The factors as they were sent.
    Input,
}

/// The delay the throttling test card asks for.
const CARD_RETRY_AFTER_MS: u64 = 200;

impl Odd {
    /// The failing `Code`, for those that are errors.
    pub(crate) fn error_code(self) -> Option<&'static str> {
        match self {
            Self::LowerCaseError | Self::XmlError => Some("Forbidden.RAMUserAccessDenied"),
            Self::EchoingError => Some("InvalidParameter"),
            _ => None,
        }
    }
}

/// A row of the table as it is documented.
pub(crate) fn describe(row: &(u64, u64, Effect, &'static str)) -> TestCard {
    let (group, code, effect, meaning) = *row;
    let outcome = Outcome::of_effect(effect, |_| String::new());
    let (http_status, code_text, verdict) = match &outcome.said {
        Said::Verdict(biz_code, sub_code) => (200, "200", Some((*biz_code, *sub_code))),
        Said::Error(error) => (error.status, error.code.as_ref(), None),
        Said::InBody(code) => (200, *code, None),
        Said::Page(status) => (*status, "", None),
        Said::Odd(Odd::CodeSuccess, _) => (200, "Success", Some(("1", "101"))),
        Said::Odd(Odd::NoResultObject, _) => (200, "200", None),
        Said::Odd(odd, _) => match odd.error_code() {
            Some(code) => (codes::status(code), code, None),
            None => (200, "200", Some(("1", "101"))),
        },
    };
    TestCard {
        card_number: cards::card_number(group, code),
        http_status,
        code: code_text.to_owned(),
        biz_code: verdict.map(|(biz_code, _)| biz_code.to_owned()),
        sub_code: verdict.map(|(_, sub_code)| sub_code.to_owned()),
        executed: outcome.executed,
        billed: outcome.billed,
        meaning: meaning.to_owned(),
    }
}
