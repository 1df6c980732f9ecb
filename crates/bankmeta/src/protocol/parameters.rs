//! The operation's own parameters.

use std::fmt;

use zeroize::Zeroizing;

/// Named values, personal data among them: `Debug` shows the names only, and
/// the memory is wiped on drop.
#[derive(Clone, Default)]
pub struct Parameters(Vec<(&'static str, Zeroizing<String>)>);

impl Parameters {
    pub(crate) fn push(&mut self, name: &'static str, value: Zeroizing<String>) {
        self.0.push((name, value));
    }

    /// Names and values, in the order they were given. Do not print them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}
