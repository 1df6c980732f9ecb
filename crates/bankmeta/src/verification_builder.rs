//! Collects and checks what a verification is made of.

use crate::check;
use crate::error::Error;
use crate::private::{CardNumber, IdNumber, IdType, Mobile, Name};
use crate::quota::Lane;
use crate::verification::{Factor, Verification, is_resident};

/// The keys of [`VerificationBuilder::set`], with their meaning.
pub const VERIFICATION_KEYS: &[(&str, &str)] = &[
    ("card_number", "the card number, 12 to 19 digits"),
    ("name", "the cardholder's name, at most 100 characters"),
    ("id_number", "the number of the identity document; resident ID card unless id_type says otherwise"),
    ("mobile", "the mobile registered with the bank, 11 digits; needs id_number"),
    ("id_type", "the service's code of the document; empty for the resident ID card"),
    ("md5_mode", "true to send md5 parts instead of plain values (ParamType=md5); no protection"),
    ("unchecked", "factors not to check, separated by commas, for example name,id_number"),
    (
        "lane",
        "interactive, the default, or bulk: the line it waits in for the quota; bulk lets interactive go ahead",
    ),
];

/// Collects what a [`Verification`] is made of.
#[derive(Debug, Clone, Default)]
pub struct VerificationBuilder {
    card_number: Option<CardNumber>,
    name: Option<Name>,
    id_number: Option<IdNumber>,
    mobile: Option<Mobile>,
    id_type: Option<IdType>,
    md5_mode: bool,
    unchecked: Vec<Factor>,
    lane: Lane,
}

impl VerificationBuilder {
    /// The card number. Required.
    #[must_use]
    pub fn card_number(mut self, card_number: impl Into<String>) -> Self {
        self.card_number = Some(CardNumber::new(card_number));
        self
    }

    /// The cardholder's name. Required.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(Name::new(name));
        self
    }

    /// The number of the identity document: the third factor.
    #[must_use]
    pub fn id_number(mut self, id_number: impl Into<String>) -> Self {
        self.id_number = Some(IdNumber::new(id_number));
        self
    }

    /// The mobile registered with the bank: the fourth factor.
    #[must_use]
    pub fn mobile(mut self, mobile: impl Into<String>) -> Self {
        self.mobile = Some(Mobile::new(mobile));
        self
    }

    /// The service's code of the identity document, passed on as it is: ASCII
    /// letters, digits, `_` and `-`. Empty means the resident ID card.
    #[must_use]
    pub fn id_type(mut self, id_type: impl Into<String>) -> Self {
        self.id_type = Some(IdType::new(id_type)).filter(|code| !code.expose().is_empty());
        self
    }

    /// Send md5 parts instead of plain values (`ParamType=md5`). This is
    /// obfuscation, not protection.
    #[must_use]
    pub fn md5_mode(mut self, on: bool) -> Self {
        self.md5_mode = on;
        self
    }

    /// Do not check this factor, for input that is right although a rule here
    /// says otherwise. A length of 1024 bytes, the ban on control and invisible
    /// characters, and what md5 mode needs stay.
    #[must_use]
    pub fn unchecked(mut self, factor: Factor) -> Self {
        self.unchecked.push(factor);
        self
    }

    /// The line it waits in for its turn under the quota.
    #[must_use]
    pub fn lane(mut self, lane: Lane) -> Self {
        self.lane = lane;
        self
    }

    /// Sets by key, as in every other face; [`VERIFICATION_KEYS`] lists the keys.
    pub fn set(self, key: &str, value: &str) -> Result<Self, Error> {
        Ok(match key {
            "card_number" => self.card_number(value),
            "name" => self.name(value),
            "id_number" => self.id_number(value),
            "mobile" => self.mobile(value),
            "id_type" => self.id_type(value),
            "md5_mode" => match value {
                "true" => self.md5_mode(true),
                "false" => self.md5_mode(false),
                _ => return Err(Error::invalid_input("md5_mode", "must be true or false")),
            },
            "unchecked" => value.split(',').map(str::trim).filter(|word| !word.is_empty()).try_fold(
                self,
                |builder, word| {
                    let factor = Factor::ALL.into_iter().find(|factor| factor.as_str() == word);
                    factor.map(|factor| builder.unchecked(factor)).ok_or_else(|| {
                        Error::invalid_input(
                            "unchecked",
                            "must list card_number, name, id_number or mobile, separated by commas",
                        )
                    })
                },
            )?,
            "lane" => {
                let lane = value.parse();
                self.lane(lane.map_err(|_| Error::invalid_input("lane", "must be interactive or bulk"))?)
            }
            // The key is the caller's word, but it could be a value put in the wrong place.
            _ => {
                let keys: Vec<&str> = VERIFICATION_KEYS.iter().map(|row| row.0).collect();
                return Err(Error::invalid_input(
                    "verification",
                    &format!("unknown key; the keys are {}", keys.join(", ")),
                ));
            }
        })
    }

    /// Checks everything and makes the [`Verification`].
    pub fn build(self) -> Result<Verification, Error> {
        let required = |factor: Factor| {
            Error::invalid_input(factor.as_str(), "is missing; every verification needs card_number and name")
        };
        let card_number = self.card_number.clone().ok_or_else(|| required(Factor::CardNumber))?;
        let name = self.name.clone().ok_or_else(|| required(Factor::Name))?;
        self.check_id_type()?;
        self.check(Factor::CardNumber, card_number.expose(), check::card_number)?;
        self.check(Factor::Name, name.expose(), check::name)?;
        self.check_id_number()?;
        if let Some(mobile) = &self.mobile {
            self.check(Factor::Mobile, mobile.expose(), check::mobile)?;
        }

        let verification = Verification {
            card_number,
            name,
            id_number: self.id_number,
            mobile: self.mobile,
            id_type: self.id_type,
            md5_mode: self.md5_mode,
            lane: self.lane,
        };
        if verification.md5_mode {
            refuse_unspecified_masking(&verification)?;
        }
        Ok(verification)
    }

    fn check_id_type(&self) -> Result<(), Error> {
        let Some(id_type) = &self.id_type else {
            return Ok(());
        };
        let text = id_type.expose();
        check::any_text(text)
            .and_then(|()| check::id_type(text))
            .and(match self.id_number {
                Some(_) => Ok(()),
                None => Err("is given without id_number; pass both or neither"),
            })
            .map_err(|rule| Error::invalid_input("id_type", rule))
    }

    fn check_id_number(&self) -> Result<(), Error> {
        match &self.id_number {
            Some(id_number) if is_resident(self.id_type.as_ref()) => {
                let rule = |text: &str| check::resident_id_number(text, check::latest_birth());
                self.check(Factor::IdNumber, id_number.expose(), rule)
            }
            Some(id_number) => self.check(Factor::IdNumber, id_number.expose(), check::other_id_number),
            None if self.mobile.is_some() => Err(Error::invalid_input(
                "id_number",
                "is missing; the service checks a mobile only together with an ID number",
            )),
            None => Ok(()),
        }
    }

    fn check(
        &self,
        factor: Factor,
        text: &str,
        rule: impl Fn(&str) -> Result<(), &'static str>,
    ) -> Result<(), Error> {
        let checked = !self.unchecked.contains(&factor);
        check::any_text(text)
            .and(if text.is_empty() {
                Err("is empty; leave the factor out or pass its value")
            } else {
                Ok(())
            })
            .and_then(|()| if checked { rule(text) } else { Ok(()) })
            .map_err(|broken| Error::invalid_input(factor.as_str(), broken))
    }
}

/// The service does not say how to mask these, so masking would be a silent guess.
/// It holds whatever is unchecked.
fn refuse_unspecified_masking(verification: &Verification) -> Result<(), Error> {
    let refuse = |factor: Factor, rule| Err(Error::invalid_input(factor.as_str(), rule));
    let card_number = verification.card_number.expose();
    if card_number.len() < 7 || !check::is_digits(card_number) {
        return refuse(Factor::CardNumber, "must have 7 digits or more and nothing else in md5 mode");
    }
    let mobile = verification.mobile.as_ref().map(Mobile::expose);
    if mobile.is_some_and(|text| text.len() != 11 || !check::is_digits(text)) {
        return refuse(Factor::Mobile, "must have 11 digits and nothing else in md5 mode");
    }
    let Some(id_number) = verification.id_number.as_ref().map(IdNumber::expose) else {
        return Ok(());
    };
    let characters = id_number.chars().count();
    match is_resident(verification.id_type.as_ref()) {
        true if characters != 18 => refuse(Factor::IdNumber, "must have 18 characters in md5 mode"),
        true if id_number.contains('x') => {
            refuse(Factor::IdNumber, "has a lower-case x; in md5 mode write the check character as X")
        }
        false if characters < 3 => refuse(Factor::IdNumber, "must have 3 characters or more in md5 mode"),
        _ => Ok(()),
    }
}
