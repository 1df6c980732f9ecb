//! The test cards: the single source for the server, for
//! `GET /_sandbox/test-cards` and for the table in `docs/sandbox.md`.
//!
//! A number reads `629900 K CCCC 0000000 L`: `K` is the group below, `CCCC` the
//! code or index within it, `L` the Luhn digit. All belong to the first
//! built-in cardholder.

use serde::Serialize;

/// What a card makes the service say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// A verdict: BizCode and SubCode.
    Verdict(&'static str, &'static str),
    /// An error of the gateway; it knows nothing of an execution.
    Error(&'static str),
    /// An error of the gateway that came after the verification was executed.
    LateError(&'static str),
    /// A failing `Code` in the body of an HTTP 200.
    InBody(&'static str),
    /// As `InBody`, after the verification was executed.
    LateInBody(&'static str),
    /// A page in HTML from something in front of the gateway.
    Page(u16),
    /// As `Page`, after the verification was executed.
    LatePage(u16),
    /// A reply in an unusual form.
    Odd(Odd),
}

/// Replies in an unusual form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Odd {
    CodeSuccess,
    NumericCode,
    LowerCaseSuccess,
    LowerCaseError,
    XmlError,
    EchoingError,
    NoResultObject,
    NoRequestId,
}

/// The groups, as they stand in the card number.
const SUB_CODE: u64 = 1;
const GATEWAY: u64 = 2;
const IN_BODY: u64 = 3;
const ODD: u64 = 4;
const PAGE: u64 = 5;

type Row = (u64, u64, Effect, &'static str);

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    (SUB_CODE, 101, Effect::Verdict("1", "101"), "verification passed"),
    (SUB_CODE, 201, Effect::Verdict("2", "201"), "cardholder details are wrong"),
    (SUB_CODE, 202, Effect::Verdict("2", "202"), "authenticated payment is not enabled"),
    (SUB_CODE, 203, Effect::Verdict("2", "203"), "the card has expired"),
    (SUB_CODE, 204, Effect::Verdict("2", "204"), "the card is restricted"),
    (SUB_CODE, 205, Effect::Verdict("2", "205"), "the card is confiscated"),
    (SUB_CODE, 206, Effect::Verdict("2", "206"), "the card is invalid"),
    (SUB_CODE, 207, Effect::Verdict("2", "207"), "there is no issuing bank"),
    (SUB_CODE, 208, Effect::Verdict("2", "208"), "the card is not initialised or dormant"),
    (SUB_CODE, 209, Effect::Verdict("2", "209"), "the card is fraudulent or was swallowed"),
    (SUB_CODE, 210, Effect::Verdict("2", "210"), "the card is reported lost"),
    (SUB_CODE, 211, Effect::Verdict("2", "211"), "too many wrong passwords"),
    (SUB_CODE, 212, Effect::Verdict("2", "212"), "the issuer does not support it"),
    (SUB_CODE, 213, Effect::Verdict("2", "213"), "the card is in an abnormal state"),
    (SUB_CODE, 214, Effect::Verdict("2", "214"), "no mobile is registered"),
    (SUB_CODE, 215, Effect::Verdict("2", "215"), "password, expiry date or CVN2 is wrong"),
    (SUB_CODE, 216, Effect::Verdict("2", "216"), "another exception of the card"),
    (SUB_CODE, 301, Effect::Verdict("3", "301"), "the card does not support this service"),
    (SUB_CODE, 302, Effect::Verdict("3", "302"), "refused, ask the issuer"),
    (SUB_CODE, 303, Effect::Verdict("3", "303"), "mobile check is not supported for this card"),
    (SUB_CODE, 304, Effect::Verdict("3", "304"), "the card number is wrong"),
    (SUB_CODE, 305, Effect::Verdict("3", "305"), "another reason"),
    (SUB_CODE, 306, Effect::Verdict("3", "306"), "too many attempts"),

    (GATEWAY, 1, Effect::Error("MissingParameter"), "a parameter is missing"),
    (GATEWAY, 2, Effect::Error("InvalidParameter"), "a parameter is not valid"),
    (GATEWAY, 3, Effect::Error("MissingBankCard"), "BankCard is missing"),
    (GATEWAY, 4, Effect::Error("InvalidBankCard"), "BankCard is not valid"),
    (GATEWAY, 5, Effect::Error("Forbidden.RAMUserAccessDenied"), "the RAM user lacks the permission"),
    (GATEWAY, 6, Effect::Error("Forbidden.AccountAccessDenied"), "the service is not enabled or payment is overdue"),
    (GATEWAY, 7, Effect::Error("Forbidden.NoPermission"), "another refusal of the Forbidden family"),
    (GATEWAY, 8, Effect::Error("Throttling"), "throttled, HTTP 400 without a delay"),
    (GATEWAY, 9, Effect::Error("Throttling.User"), "throttled, HTTP 429 without a delay"),
    (GATEWAY, 10, Effect::Error("Throttling.Api"), "throttled, HTTP 403 with x-acs-retry-after"),
    (GATEWAY, 11, Effect::Error("InvalidAccessKeyId.NotFound"), "the access key is unknown"),
    (GATEWAY, 12, Effect::Error("InvalidAccessKeyId.Inactive"), "the access key is disabled"),
    (GATEWAY, 13, Effect::Error("SignatureDoesNotMatch"), "echoes the string-to-sign"),
    (GATEWAY, 14, Effect::Error("IncompleteSignature"), "the signature lacks a part"),
    (GATEWAY, 15, Effect::Error("SignatureNonceUsed"), "this nonce arrived before"),
    (GATEWAY, 16, Effect::Error("InvalidTimeStamp.Expired"), "the timestamp is too old"),
    (GATEWAY, 17, Effect::Error("InvalidTimeStamp.Format"), "the timestamp is not in the documented form"),
    (GATEWAY, 18, Effect::Error("IllegalTimestamp"), "the timestamp lies in the future"),
    (GATEWAY, 19, Effect::Error("InvalidSecurityToken.Expired"), "the security token has expired"),
    (GATEWAY, 20, Effect::Error("InvalidSecurityToken.Malformed"), "the security token is not one"),
    (GATEWAY, 21, Effect::Error("InvalidSecurityToken.MismatchWithAccessKey"), "the security token belongs to another key"),
    (GATEWAY, 22, Effect::Error("InvalidAction.NotFound"), "the action does not exist"),
    (GATEWAY, 23, Effect::Error("InvalidVersion"), "the version is not valid"),
    (GATEWAY, 24, Effect::Error("NoSuchVersion"), "the version does not exist"),
    (GATEWAY, 25, Effect::Error("ServiceUnavailable"), "HTTP 503, not executed"),
    (GATEWAY, 26, Effect::LateError("InternalError"), "HTTP 500 after the execution"),
    (GATEWAY, 27, Effect::LateError("UnknownError"), "HTTP 500 after the execution"),

    (IN_BODY, 400, Effect::InBody("400"), "a parameter is empty"),
    (IN_BODY, 401, Effect::InBody("401"), "a parameter is illegal"),
    (IN_BODY, 402, Effect::LateInBody("402"), "the authoritative source failed, after the execution"),
    (IN_BODY, 403, Effect::InBody("403"), "repeated too often"),
    (IN_BODY, 410, Effect::InBody("410"), "the service is not activated"),
    (IN_BODY, 411, Effect::InBody("411"), "the RAM user lacks the permission"),
    (IN_BODY, 412, Effect::InBody("412"), "payment is overdue"),
    (IN_BODY, 500, Effect::LateInBody("500"), "system error, after the execution"),

    (ODD, 1, Effect::Verdict("9", "101"), "a BizCode nobody knows"),
    (ODD, 2, Effect::Verdict("2", "999"), "a sub code nobody knows"),
    (ODD, 3, Effect::Odd(Odd::CodeSuccess), "a match with the Code `Success`"),
    (ODD, 4, Effect::Odd(Odd::NumericCode), "a match with the Code 200 as a JSON number"),
    (ODD, 5, Effect::Odd(Odd::LowerCaseSuccess), "a match with keys starting in lower case"),
    (ODD, 6, Effect::Odd(Odd::LowerCaseError), "an error with keys starting in lower case"),
    (ODD, 7, Effect::Odd(Odd::XmlError), "an error in XML"),
    (ODD, 8, Effect::Odd(Odd::EchoingError), "an error whose text repeats the input"),
    (ODD, 9, Effect::Odd(Odd::NoResultObject), "a success without a ResultObject, after the execution"),
    (ODD, 10, Effect::Odd(Odd::NoRequestId), "a match whose body has no RequestId"),

    (PAGE, 403, Effect::Page(403), "HTTP 403 with a page in HTML"),
    (PAGE, 502, Effect::LatePage(502), "HTTP 502 with a page in HTML, after the execution"),
    (PAGE, 504, Effect::LatePage(504), "HTTP 504 with a page in HTML, after the execution"),
];

/// One test card as documented.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestCard {
    /// 19 digits with a valid Luhn digit.
    pub card_number: String,
    /// The HTTP status of the reply.
    pub http_status: u16,
    /// The service's `Code`; empty where the reply has none.
    pub code: String,
    /// The BizCode, where there is one.
    pub biz_code: Option<String>,
    /// The sub code, where there is one.
    pub sub_code: Option<String>,
    /// Whether the verification was executed before the reply.
    pub executed: bool,
    /// Whether the call was billed.
    pub billed: bool,
    /// What the card stands for.
    pub meaning: String,
}

/// The number of the card of one row.
pub(crate) fn card_number(group: u64, code: u64) -> String {
    with_luhn_digit(&format!("629900{group}{code:04}0000000"))
}

/// `digits` and their Luhn digit.
pub(crate) fn with_luhn_digit(digits: &str) -> String {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(index, byte)| match (index % 2, u32::from(byte.wrapping_sub(b'0'))) {
            (1, digit) => digit,
            (_, digit @ 0..=4) => digit * 2,
            (_, digit) => (digit * 2).saturating_sub(9),
        })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}
