//! Types for what must never be seen: personal data and secrets.

use std::fmt;

use zeroize::Zeroizing;

macro_rules! private_text {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        ///
        /// `Debug` is redacted, there is no `Display`, and the memory is wiped on drop.
        #[derive(Clone, PartialEq, Eq)]
        pub(crate) struct $name(Zeroizing<String>);

        impl $name {
            /// Takes the text over; it is wiped when this value is dropped.
            #[must_use]
            pub(crate) fn new(text: impl Into<String>) -> Self {
                Self(Zeroizing::new(text.into()))
            }

            /// The text itself. Do not print, log or format it.
            #[must_use]
            pub(crate) fn expose(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }
    )+};
}

private_text! {
    /// A bank card number.
    CardNumber;
    /// A cardholder's name.
    Name;
    /// The number of an identity document.
    IdNumber;
    /// The service's code of a document; redacted too, for a value can be put in
    /// the wrong place.
    IdType;
    /// A mobile number registered with the bank.
    Mobile;
    /// The secret half of an access key.
    AccessKeySecret;
    /// The token that goes with temporary credentials.
    SecurityToken;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", CardNumber::new("6222021234567890123")), "CardNumber([redacted])");
        assert_eq!(format!("{:?}", IdType::new("01")), "IdType([redacted])");
        assert_eq!(format!("{:#?}", Some(Name::new("张三"))), "Some(\n    Name([redacted]),\n)");
    }
}
