//! The access keys the gateway knows.

use std::fmt;

/// What the gateway thinks of an access key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// In order.
    Active,
    /// Disabled: `InvalidAccessKeyId.Inactive`.
    Inactive,
    /// Lacks the permission: `Forbidden.RAMUserAccessDenied`.
    Denied,
    /// The account is overdue: `Forbidden.AccountAccessDenied`.
    Overdue,
    /// Its security token has expired: `InvalidSecurityToken.Expired`.
    Expired,
}

/// An access key, permanent or from STS.
#[derive(Clone)]
pub struct AccessKey {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) token: Option<String>,
    pub(crate) standing: Standing,
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey").field("standing", &self.standing).finish_non_exhaustive()
    }
}

impl AccessKey {
    /// A permanent key.
    #[must_use]
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { id: id.into(), secret: secret.into(), token: None, standing: Standing::Active }
    }

    /// The same key, from STS with this security token.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// The same key in another standing.
    #[must_use]
    pub fn with_standing(mut self, standing: Standing) -> Self {
        self.standing = standing;
        self
    }

    /// The keys the sandbox always knows; the secret of all is `testsecret`.
    pub(crate) fn built_in() -> Vec<Self> {
        let key = |id: &str| Self::new(id, "testsecret");
        vec![
            key("testid"),
            key("STS.testid").with_token("testtoken"),
            key("inactiveid").with_standing(Standing::Inactive),
            key("deniedid").with_standing(Standing::Denied),
            key("overdueid").with_standing(Standing::Overdue),
            key("expiredid").with_token("testtoken").with_standing(Standing::Expired),
        ]
    }
}
