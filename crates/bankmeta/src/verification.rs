//! One logical question: do two, three or four factors belong to one person?

use zeroize::Zeroizing;

use crate::check;
use crate::error::Error;
use crate::md5_mode;
use crate::private::{CardNumber, IdNumber, IdType, Mobile, Name};
use crate::protocol::Parameters;
use crate::quota::Lane;
use crate::verification_builder::VerificationBuilder;

/// A factor, and the check that goes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Factor {
    /// The card number.
    CardNumber,
    /// The cardholder's name.
    Name,
    /// The number of the identity document.
    IdNumber,
    /// The mobile registered with the bank.
    Mobile,
}

impl Factor {
    /// Every factor.
    pub const ALL: [Self; 4] = [Self::CardNumber, Self::Name, Self::IdNumber, Self::Mobile];

    /// The key used in every face: `card_number`, `name`, `id_number`, `mobile`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CardNumber => "card_number",
            Self::Name => "name",
            Self::IdNumber => "id_number",
            Self::Mobile => "mobile",
        }
    }
}

/// Something odd about the input that is no reason to refuse it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Warning {
    /// The card number fails the Luhn check; not every UnionPay card is sure to pass it.
    CardNumberLuhn,
}

impl Warning {
    /// One line for a person to read.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CardNumberLuhn => "card_number: fails the Luhn check; look for a mistyped digit",
        }
    }
}

/// Two, three or four checked factors of one person.
///
/// ```
/// use bankmeta::Verification;
///
/// let verification = Verification::three_factors("6222021234567890123", "张三", "11010519491231002X")?;
/// assert!(!format!("{verification:?}").contains("张三"));
///
/// let error = Verification::two_factors("6222 0212 3456 7890", "张三").unwrap_err();
/// assert_eq!(error.field(), Some("card_number"));
/// # Ok::<(), bankmeta::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    pub(crate) card_number: CardNumber,
    pub(crate) name: Name,
    pub(crate) id_number: Option<IdNumber>,
    pub(crate) mobile: Option<Mobile>,
    pub(crate) id_type: Option<IdType>,
    pub(crate) md5_mode: bool,
    pub(crate) lane: Lane,
}

impl Verification {
    /// Card number and name (`BANK_CARD_2_META`).
    pub fn two_factors(card_number: impl Into<String>, name: impl Into<String>) -> Result<Self, Error> {
        Self::builder().card_number(card_number).name(name).build()
    }

    /// Card number, name and ID number (`BANK_CARD_3_META`).
    pub fn three_factors(
        card_number: impl Into<String>,
        name: impl Into<String>,
        id_number: impl Into<String>,
    ) -> Result<Self, Error> {
        Self::builder().card_number(card_number).name(name).id_number(id_number).build()
    }

    /// Card number, name, ID number and mobile (`BANK_CARD_4_META`).
    pub fn four_factors(
        card_number: impl Into<String>,
        name: impl Into<String>,
        id_number: impl Into<String>,
        mobile: impl Into<String>,
    ) -> Result<Self, Error> {
        Self::builder().card_number(card_number).name(name).id_number(id_number).mobile(mobile).build()
    }

    /// For everything beyond the factors alone: id type, md5 mode, checks.
    #[must_use]
    pub fn builder() -> VerificationBuilder {
        VerificationBuilder::default()
    }

    /// What is odd about the input.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let odd = !check::passes_luhn(self.card_number.expose());
        odd.then_some(Warning::CardNumberLuhn).into_iter().collect()
    }

    /// The operation's parameters, md5 mode applied. Fields that the number of
    /// factors does not use are not sent.
    #[must_use]
    pub fn parameters(&self) -> Parameters {
        let mut parameters = Parameters::default();
        let product_type = match (&self.id_number, &self.mobile) {
            (None, _) => "BANK_CARD_2_META",
            (Some(_), None) => "BANK_CARD_3_META",
            (Some(_), Some(_)) => "BANK_CARD_4_META",
        };
        let masked = |plain: &str, mask: fn(&str) -> Zeroizing<String>| {
            if self.md5_mode { mask(plain) } else { Zeroizing::new(plain.to_owned()) }
        };
        parameters.push("BankCard", masked(self.card_number.expose(), md5_mode::card_number));
        if let Some(id_number) = &self.id_number {
            let mask = if is_resident(self.id_type.as_ref()) {
                md5_mode::resident_id_number
            } else {
                md5_mode::other_id_number
            };
            parameters.push("IdentifyNum", masked(id_number.expose(), mask));
            if let Some(id_type) = &self.id_type {
                parameters.push("IdentityType", Zeroizing::new(id_type.expose().to_owned()));
            }
        }
        if let Some(mobile) = &self.mobile {
            parameters.push("Mobile", masked(mobile.expose(), md5_mode::mobile));
        }
        let param_type = if self.md5_mode { "md5" } else { "normal" };
        parameters.push("ParamType", Zeroizing::new(param_type.to_owned()));
        parameters.push("ProductCode", Zeroizing::new("BANK_CARD_N_META".to_owned()));
        parameters.push("ProductType", Zeroizing::new(product_type.to_owned()));
        parameters.push("UserName", masked(self.name.expose(), md5_mode::name));
        parameters.push("VerifyMode", Zeroizing::new("VERIFY_BANK_CARD".to_owned()));
        parameters
    }

    /// The factors in plain, to search other texts for them.
    pub(crate) fn plain_values(&self) -> impl Iterator<Item = &str> {
        [
            Some(self.card_number.expose()),
            Some(self.name.expose()),
            self.id_number.as_ref().map(IdNumber::expose),
            self.mobile.as_ref().map(Mobile::expose),
        ]
        .into_iter()
        .flatten()
    }
}

/// An absent id type means the resident ID card (documented); that `01`, the
/// only published value, means it too is a guess. Any other value is taken for
/// another document.
pub(crate) fn is_resident(id_type: Option<&IdType>) -> bool {
    matches!(id_type.map(IdType::expose), None | Some("01"))
}
