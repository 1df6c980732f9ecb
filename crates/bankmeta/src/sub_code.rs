//! The three-digit detail of a verdict.
//!
//! Source of the meanings: the vendor's documentation of the operation. New
//! codes appear there, so an unknown one is data, not an error.

/// A known sub code: code, name, meaning.
type Row = (&'static str, &'static str, &'static str);

/// Every sub code this version knows.
pub const SUB_CODES: &[Row] = &[
    ("101", "passed", "verification passed"),
    ("201", "details_wrong", "cardholder details are wrong"),
    ("202", "payment_not_enabled", "authenticated payment is not enabled"),
    ("203", "card_expired", "the card has expired"),
    ("204", "card_restricted", "the card is restricted"),
    ("205", "card_confiscated", "the card is confiscated"),
    ("206", "card_invalid", "the card is invalid"),
    ("207", "no_issuer", "there is no issuing bank"),
    ("208", "card_dormant", "the card is not initialised or dormant"),
    ("209", "card_fraudulent", "the card is fraudulent or was swallowed"),
    ("210", "card_lost", "the card is reported lost"),
    ("211", "password_locked", "too many wrong passwords"),
    ("212", "issuer_unsupported", "the issuer does not support it"),
    ("213", "card_state_abnormal", "the card is in an abnormal state"),
    ("214", "no_mobile_registered", "no mobile is registered"),
    ("215", "secret_wrong", "password, expiry date or CVN2 is wrong"),
    ("216", "card_exception", "another exception of the card"),
    ("301", "card_unsupported", "the card does not support this service"),
    ("302", "refused", "refused, ask the issuer"),
    ("303", "mobile_unsupported", "mobile check is not supported for this card"),
    ("304", "card_number_wrong", "the card number is wrong"),
    ("305", "other", "another reason"),
    ("306", "too_many_attempts", "too many attempts"),
];

/// The detail of a verdict, as the service gave it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SubCode(String);

impl SubCode {
    pub(crate) fn new(code: String) -> Self {
        Self(code)
    }

    /// The code itself, for example `201`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its name, for example `details_wrong`; `None` for a code unknown to this version.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        self.row().map(|row| row.1)
    }

    /// Its meaning in one line; `None` for a code unknown to this version.
    #[must_use]
    pub fn meaning(&self) -> Option<&'static str> {
        self.row().map(|row| row.2)
    }

    fn row(&self) -> Option<&'static Row> {
        SUB_CODES.iter().find(|row| row.0 == self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_codes_have_names_and_unknown_ones_are_kept() {
        let known = SubCode::new("306".to_owned());
        assert_eq!(known.name(), Some("too_many_attempts"));
        assert_eq!(known.meaning(), Some("too many attempts"));
        let unknown = SubCode::new("999".to_owned());
        assert_eq!((unknown.as_str(), unknown.name(), unknown.meaning()), ("999", None, None));
    }

    #[test]
    fn codes_and_names_are_unique() {
        for (index, row) in SUB_CODES.iter().enumerate() {
            assert!(SUB_CODES.iter().skip(index + 1).all(|other| other.0 != row.0 && other.1 != row.1));
        }
        assert_eq!(SUB_CODES.len(), 23);
    }
}
