//! The access key a call is signed with.

use std::env;
use std::fmt;

use crate::error::{Error, ErrorKind};
use crate::private::{AccessKeySecret, SecurityToken};

/// Access key id, secret and, for temporary credentials, the token: one snapshot.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    access_key_id: String,
    access_key_secret: AccessKeySecret,
    security_token: Option<SecurityToken>,
}

impl Credentials {
    /// Checks that all three can stand in a header.
    pub fn new(
        access_key_id: impl Into<String>,
        access_key_secret: impl Into<String>,
        security_token: Option<String>,
    ) -> Result<Self, Error> {
        let credentials = Self {
            access_key_id: access_key_id.into(),
            access_key_secret: AccessKeySecret::new(access_key_secret),
            security_token: security_token.filter(|token| !token.is_empty()).map(SecurityToken::new),
        };
        let token = credentials.security_token().unwrap_or("-");
        for (key, text) in [
            ("access_key_id", credentials.access_key_id.as_str()),
            ("access_key_secret", credentials.access_key_secret.expose()),
            ("security_token", token),
        ] {
            // Such a character would end a header line, or be a stray line end from a file.
            if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(Error::not_sent(
                    ErrorKind::Credentials,
                    format!(
                        "{key} is empty or contains a space, line end or non-ASCII character; copy it again"
                    ),
                ));
            }
        }
        Ok(credentials)
    }

    /// From `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET` and,
    /// if it is not empty, `ALIBABA_CLOUD_SECURITY_TOKEN`.
    pub fn from_environment() -> Result<Self, Error> {
        let read = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let need = |name: &str| {
            read(name).ok_or_else(|| {
                Error::not_sent(
                    ErrorKind::Credentials,
                    format!("the environment variable {name} is not set; set it, or pass access_key_id and access_key_secret"),
                )
            })
        };
        Self::new(
            need("ALIBABA_CLOUD_ACCESS_KEY_ID")?,
            need("ALIBABA_CLOUD_ACCESS_KEY_SECRET")?,
            read("ALIBABA_CLOUD_SECURITY_TOKEN"),
        )
    }

    /// The access key id; it is sent in plain with every request.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    pub(crate) fn secret(&self) -> &str {
        self.access_key_secret.expose()
    }

    pub(crate) fn security_token(&self) -> Option<&str> {
        self.security_token.as_ref().map(SecurityToken::expose)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_stand_in_a_header_is_refused_without_showing_it() {
        for (id, secret, token) in [
            ("", "secret", None),
            ("id", "", None),
            ("id", "line\r\nInjected: yes", None),
            ("id\n", "secret", None),
            ("id", "secret", Some("to ken".to_owned())),
        ] {
            let error = Credentials::new(id, secret, token).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Credentials);
            assert!(!error.to_string().contains("Injected"));
        }
        let empty_token = Credentials::new("id", "secret", Some(String::new())).unwrap();
        assert_eq!(empty_token.security_token(), None);
        assert_eq!(format!("{empty_token:?}"), "Credentials([redacted])");
    }
}
