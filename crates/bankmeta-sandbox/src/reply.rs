//! An outcome in words: JSON, XML or HTML, in the gateway's own shapes.

use std::borrow::Cow;
use std::fmt::Write as _;

use hyper::header::{HeaderName, HeaderValue};
use serde_json::json;

use crate::cards::Odd;
use crate::codes;
use crate::outcome::{GatewayError, Said};

/// The form the caller asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Xml,
}

pub(crate) const JSON: &str = "application/json;charset=utf-8";
const XML: &str = "text/xml;charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";

/// A whole reply but for the headers every reply carries.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: Cow<'static, str>,
    pub(crate) body: Vec<u8>,
    pub(crate) retry_after_ms: Option<u64>,
    /// More headers than every reply carries.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) framing: Framing,
}

/// How the length of a body is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    Length,
    Chunked,
    /// A length that is wrong by so much.
    WrongBy(i64),
}

impl Reply {
    pub(crate) fn new(
        status: u16,
        content_type: impl Into<Cow<'static, str>>,
        body: impl Into<Vec<u8>>,
    ) -> Self {
        Self {
            status,
            content_type: content_type.into(),
            body: body.into(),
            retry_after_ms: None,
            headers: Vec::new(),
            framing: Framing::Length,
        }
    }
}

/// Where and for whom the words are made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting<'a> {
    pub(crate) format: Format,
    pub(crate) request_id: &'a str,
    pub(crate) host: &'a str,
}

/// Puts what was said into words.
pub(crate) fn reply(said: &Said<'_>, setting: Setting<'_>) -> Reply {
    match said {
        Said::Verdict(biz_code, sub_code) => verdict(biz_code, sub_code, setting),
        Said::Error(error) => gateway_error(error, setting),
        Said::InBody(code) => in_body(code, setting),
        Said::Page(status) => page(*status),
        Said::Odd(odd, text) => odd_reply(*odd, text, setting),
    }
}

fn verdict(biz_code: &str, sub_code: &str, setting: Setting<'_>) -> Reply {
    let id = setting.request_id;
    let mut body = String::with_capacity(192);
    // Codes and ids are plain digits and letters: nothing to escape.
    match setting.format {
        Format::Json => {
            let _ = write!(
                body,
                "{{\"RequestId\":\"{id}\",\"Code\":\"200\",\"Message\":\"success\",\
                 \"ResultObject\":{{\"BizCode\":\"{biz_code}\",\"SubCode\":\"{sub_code}\"}}}}"
            );
            Reply::new(200, JSON, body)
        }
        Format::Xml => {
            let _ = write!(
                body,
                "<?xml version='1.0' encoding='UTF-8'?><BankMetaVerifyIntlResponse><RequestId>{id}</RequestId>\
                 <Code>200</Code><Message>success</Message><ResultObject><BizCode>{biz_code}</BizCode>\
                 <SubCode>{sub_code}</SubCode></ResultObject></BankMetaVerifyIntlResponse>"
            );
            Reply::new(200, XML, body)
        }
    }
}

fn gateway_error(error: &GatewayError, setting: Setting<'_>) -> Reply {
    let (code, message) = (error.code.as_ref(), error.message.as_str());
    let recommend = recommend(code, setting.request_id);
    let mut reply = match setting.format {
        Format::Json => {
            let body = json!({
                "RequestId": setting.request_id, "HostId": setting.host, "Code": code,
                "Message": message, "Recommend": recommend,
            });
            Reply::new(error.status, JSON, body.to_string())
        }
        Format::Xml => xml_error(error.status, code, message, &recommend, setting),
    };
    reply.retry_after_ms = error.retry_after_ms;
    reply
}

fn xml_error(status: u16, code: &str, message: &str, recommend: &str, setting: Setting<'_>) -> Reply {
    let body = format!(
        "<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>{}</RequestId><HostId>{}</HostId>\
         <Code>{}</Code><Message>{}</Message><Recommend>{}</Recommend></Error>",
        escape(setting.request_id),
        escape(setting.host),
        escape(code),
        escape(message),
        escape(recommend),
    );
    Reply::new(status, XML, body)
}

fn recommend(code: &str, request_id: &str) -> String {
    format!(
        "https://api.alibabacloud.com/troubleshoot?q={code}&product=Cloudauth-intl&requestId={request_id}"
    )
}

fn in_body(code: &str, setting: Setting<'_>) -> Reply {
    let message = codes::message(code);
    let id = setting.request_id;
    match setting.format {
        Format::Json => {
            Reply::new(200, JSON, json!({"RequestId": id, "Code": code, "Message": message}).to_string())
        }
        Format::Xml => Reply::new(
            200,
            XML,
            format!(
                "<?xml version='1.0' encoding='UTF-8'?><BankMetaVerifyIntlResponse><RequestId>{id}</RequestId>\
                 <Code>{code}</Code><Message>{message}</Message></BankMetaVerifyIntlResponse>"
            ),
        ),
    }
}

/// A page as a proxy or a load balancer in front of the gateway would send.
pub(crate) fn page(status: u16) -> Reply {
    let reason = hyper::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    let title = format!("{status} {}", reason.unwrap_or("Error"));
    let body = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
         </body>\r\n</html>\r\n"
    );
    Reply::new(status, HTML, body)
}

fn odd_reply(odd: Odd, text: &str, setting: Setting<'_>) -> Reply {
    let id = setting.request_id;
    let result = json!({"BizCode": "1", "SubCode": "101"});
    let ok = |body: serde_json::Value| Reply::new(200, JSON, body.to_string());
    let denied = GatewayError::new(odd.error_code().unwrap_or_default());
    let recommend = recommend(&denied.code, id);
    match odd {
        Odd::CodeSuccess => {
            ok(json!({"RequestId": id, "Code": "Success", "Message": "success", "ResultObject": result}))
        }
        Odd::NumericCode => {
            ok(json!({"RequestId": id, "Code": 200, "Message": "success", "ResultObject": result}))
        }
        Odd::LowerCaseSuccess => ok(json!({
            "requestId": id, "code": "200", "message": "success",
            "resultObject": {"bizCode": "1", "subCode": "101"},
        })),
        Odd::LowerCaseError => {
            let body = json!({
                "requestId": id, "hostId": setting.host, "code": denied.code,
                "message": denied.message, "recommend": recommend,
            });
            Reply::new(denied.status, JSON, body.to_string())
        }
        Odd::XmlError => xml_error(denied.status, &denied.code, &denied.message, &recommend, setting),
        Odd::EchoingError => gateway_error(&denied.with_message(text.to_owned()), setting),
        Odd::NoResultObject => ok(json!({"RequestId": id, "Code": "200", "Message": "success"})),
        Odd::NoRequestId => ok(json!({"Code": "200", "Message": "success", "ResultObject": result})),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
