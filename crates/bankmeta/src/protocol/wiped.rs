//! Text that is wiped when it is dropped.

use std::fmt;
use std::ops::Deref;

use zeroize::Zeroize as _;

/// Text that is wiped when it is dropped, for what may repeat personal data.
///
/// It wipes what was written and not the spare capacity behind it, in which
/// nothing ever stood: so a buffer can be made large enough at once. Growing one
/// would leave a copy behind that nobody wipes.
#[derive(Default)]
pub struct Wiped(String);

impl Wiped {
    /// Room for `capacity` bytes; it must be enough.
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(String::with_capacity(capacity))
    }

    /// Room for pairs of which each value may be percent-encoded, with `expanded`
    /// bytes for one and `joints` bytes around each pair.
    pub(super) fn for_pairs<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
        expanded: usize,
        joints: usize,
    ) -> Self {
        let size = |(name, value): (&str, &str)| (name.len() + value.len()) * expanded + joints;
        Self::with_capacity(pairs.into_iter().map(size).sum::<usize>() + 16)
    }

    /// The text itself. Do not print, log or format it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, to append to.
    pub(crate) fn text(&mut self) -> &mut String {
        &mut self.0
    }
}

impl From<String> for Wiped {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl Deref for Wiped {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Wiped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wiped([redacted])")
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        std::mem::take(&mut self.0).into_bytes().as_mut_slice().zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::encode::push_pairs;

    #[test]
    fn pairs_fit_without_growing() {
        let pairs = [("Name", "张三𠮷"), ("Empty", ""), ("Odd", "A b*c~d/é+'()!")];
        let mut text = Wiped::for_pairs(pairs, 3, 2);
        let room = text.text().capacity();
        push_pairs(text.text(), pairs);
        assert_eq!(text.text().capacity(), room);
        assert_eq!(format!("{text:?}"), "Wiped([redacted])");
    }
}
