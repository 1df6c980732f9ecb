//! The gateway's error codes: status and message of each.

/// Code, HTTP status, message.
type Row = (&'static str, u16, &'static str);

/// Messages follow the vendor's public error pages where those give one.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("Forbidden.AccountAccessDenied", 403, "The service is not enabled for this account, or payment is overdue."),
    ("Forbidden.NoPermission", 403, "The operation is forbidden."),
    ("Forbidden.RAMUserAccessDenied", 403, "The RAM user is not authorized to perform this operation."),
    ("IllegalTimestamp", 400, "The input parameter Timestamp lies too far in the future."),
    ("IncompleteSignature", 400, "The request signature does not conform to Aliyun standards."),
    ("InternalError", 500, "The request processing has failed due to some unknown error."),
    ("InvalidAccessKeyId.Inactive", 400, "Specified access key is disabled."),
    ("InvalidAccessKeyId.NotFound", 404, "Specified access key is not found."),
    ("InvalidAction.NotFound", 404, "Specified api is not found, please check your url and method."),
    ("InvalidContentSha256", 400, "The header x-acs-content-sha256 is not the hash of the body."),
    ("InvalidParameter", 400, "Specified parameter is not valid."),
    ("InvalidSecurityToken.Expired", 400, "Specified SecurityToken is expired."),
    ("InvalidSecurityToken.Malformed", 400, "Specified SecurityToken is malformed."),
    ("InvalidSecurityToken.MismatchWithAccessKey", 400, "Specified SecurityToken mismatch with the AccessKey."),
    ("InvalidTimeStamp.Expired", 400, "Specified time stamp or date value is expired."),
    ("InvalidTimeStamp.Format", 400, "Specified time stamp or date value is not well formatted."),
    ("InvalidVersion", 400, "Specified parameter Version is not valid."),
    ("MissingParameter", 400, "The input parameter that is mandatory for processing this request is not supplied."),
    ("NoSuchVersion", 404, "The specified version does not exist."),
    ("RequestEntityTooLarge", 413, "The request is too large."),
    ("ServiceUnavailable", 503, "The request has failed due to a temporary failure of the server."),
    ("SignatureDoesNotMatch", 400, "Specified signature is not matched with our calculation."),
    ("SignatureNonceUsed", 400, "Specified signature nonce was used already."),
    ("Throttling", 400, "Request was denied due to request throttling."),
    ("Throttling.Api", 403, "Request was denied due to api flow control."),
    ("Throttling.User", 429, "Request was denied due to user flow control."),
    ("UnknownError", 500, "The request processing has failed due to some unknown error."),
    ("UnsupportedHTTPMethod", 405, "This http method is not supported."),
];

/// Texts of the failing codes in the body of an HTTP 200.
const IN_BODY: &[(&str, &str)] = &[
    ("400", "parameter is empty"),
    ("401", "parameter is illegal"),
    ("402", "authoritative source failed"),
    ("403", "repeated too often"),
    ("410", "service is not activated"),
    ("411", "RAM user lacks the permission"),
    ("412", "payment is overdue"),
    ("500", "system error"),
];

/// The HTTP status that goes with `code`; 400 for one not listed.
pub(crate) fn status(code: &str) -> u16 {
    ROWS.iter().find(|row| row.0 == code).map_or(400, |row| row.1)
}

/// The message that goes with `code`.
pub(crate) fn message(code: &str) -> String {
    if let Some(row) = ROWS.iter().find(|row| row.0 == code) {
        return row.2.to_owned();
    }
    if let Some(row) = IN_BODY.iter().find(|row| row.0 == code) {
        return row.1.to_owned();
    }
    if let Some(name) = code.strip_prefix("Missing") {
        return format!("{name} is mandatory for this action.");
    }
    match code.strip_prefix("Invalid") {
        Some(name) => format!("Specified parameter {name} is not valid."),
        None => "The request was refused.".to_owned(),
    }
}
