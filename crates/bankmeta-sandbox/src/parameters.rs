//! The operation's nine parameters: which are required, and their combinations.

use std::borrow::Cow;

use crate::outcome::GatewayError;
use crate::registry::Factors;
use crate::request::Request;

/// Reads the factors, or says which parameter is missing or not valid.
pub(crate) fn read<'a>(request: &'a Request<'_>) -> Result<Factors<'a>, GatewayError> {
    one_of(request, "ProductCode", &["BANK_CARD_N_META"])?;
    let md5 = one_of(request, "ParamType", &["normal", "md5"])? == "md5";
    one_of(request, "VerifyMode", &["VERIFY_BANK_CARD"])?;
    let product_type =
        one_of(request, "ProductType", &["BANK_CARD_2_META", "BANK_CARD_3_META", "BANK_CARD_4_META"])?;
    let with_id_number = product_type != "BANK_CARD_2_META";
    let with_mobile = product_type == "BANK_CARD_4_META";
    let factors = Factors {
        md5,
        card_number: required(request, "BankCard")?,
        name: required(request, "UserName")?,
        id_number: with_id_number.then(|| required(request, "IdentifyNum")).transpose()?,
        mobile: with_mobile.then(|| required(request, "Mobile")).transpose()?,
    };
    check_form(&factors)?;
    Ok(factors)
}

/// The factors joined, once in plain and once as they stood in the request: what
/// a careless error text repeats.
pub(crate) fn echo(request: &Request<'_>) -> String {
    let names = ["BankCard", "UserName", "IdentifyNum", "Mobile"];
    let values: Vec<&str> = names.iter().filter_map(|name| request.parameter(name)).collect();
    let encoded: Vec<String> =
        values.iter().map(|value| bankmeta::protocol::encode::percent_encode(value)).collect();
    format!("The parameters {} ({}) are not valid.", values.join(" "), encoded.join("&"))
}

fn required<'a>(request: &'a Request<'_>, name: &'static str) -> Result<&'a str, GatewayError> {
    request.parameter(name).ok_or_else(|| GatewayError::new(Cow::Owned(format!("Missing{name}"))))
}

fn one_of<'a>(
    request: &'a Request<'_>,
    name: &'static str,
    allowed: &[&str],
) -> Result<&'a str, GatewayError> {
    let value = required(request, name)?;
    if allowed.contains(&value) { Ok(value) } else { Err(invalid(name)) }
}

fn invalid(name: &str) -> GatewayError {
    GatewayError::new(Cow::Owned(format!("Invalid{name}")))
}

/// The form of card and mobile, which md5 mode changes.
fn check_form(factors: &Factors<'_>) -> Result<(), GatewayError> {
    let card_is_fine = if factors.md5 {
        ends_in_md5(factors.card_number)
    } else {
        factors.card_number.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !card_is_fine {
        return Err(invalid("BankCard"));
    }
    let mobile_is_fine = factors.mobile.is_none_or(|mobile| {
        if factors.md5 {
            mobile.len() == 32 && ends_in_md5(mobile)
        } else {
            mobile.bytes().all(|byte| byte.is_ascii_digit())
        }
    });
    if mobile_is_fine { Ok(()) } else { Err(invalid("Mobile")) }
}

/// 32 lower-case hex digits at the end.
fn ends_in_md5(text: &str) -> bool {
    text.len() >= 32 && text.bytes().rev().take(32).all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
