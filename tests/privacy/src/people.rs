//! Invented people, all from one seed.
//!
//! Everything but the form is random: no bank's card prefix, no region's code, no
//! surname. So eight digits of a person stand in no text by chance: see `search`.

/// A small generator (splitmix64): the same people everywhere from the same seed.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        Self(seed ^ stream.wrapping_mul(0xD1B5_4A32_D192_ED03))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        u32::try_from(self.next() % u64::from(bound)).unwrap_or_default()
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + u8::try_from(self.below(10)).unwrap_or_default())).collect()
    }

    fn letters(&mut self, alphabet: &str, count: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        let size = u32::try_from(letters.len()).unwrap_or(1);
        (0..count).filter_map(|_| letters.get(self.below(size) as usize)).collect()
    }

    fn han(&mut self, count: usize) -> String {
        (0..count).filter_map(|_| char::from_u32(0x4E00 + self.below(0x5000))).collect()
    }
}

/// One person and card.
#[derive(Clone)]
pub(crate) struct Person {
    /// Which one of the run.
    pub(crate) number: usize,
    pub(crate) card_number: String,
    pub(crate) name: String,
    pub(crate) id_number: String,
    pub(crate) mobile: String,
}

impl Person {
    pub(crate) fn invent(seed: u64, number: usize) -> Self {
        let mut random = Random::new(seed, number as u64 + 1);
        let length = if number.is_multiple_of(2) { 19 } else { 16 };
        let lower = "abcdefghijklmnopqrstuvwxyz";
        let name = match number % 5 {
            0 => random.han(2),
            1 => random.han(3),
            2 => format!("{}·{}", random.han(3), random.han(4)),
            // Outside the basic plane.
            3 => format!("\u{20BB7}{}", random.han(1)),
            _ => format!("{} O'{}", random.letters(lower, 8), random.letters(lower, 8).to_uppercase()),
        };
        Self {
            number,
            card_number: format!("62{}", random.digits(length - 2)),
            name,
            id_number: resident_id_number(&mut random),
            mobile: format!("1{}{}", 3 + random.below(7), random.digits(9)),
        }
    }

    /// The factors by their keys.
    pub(crate) fn factors(&self) -> [(&'static str, &str); 4] {
        [
            ("card_number", &self.card_number),
            ("name", &self.name),
            ("id_number", &self.id_number),
            ("mobile", &self.mobile),
        ]
    }
}

fn resident_id_number(random: &mut Random) -> String {
    let (year, month, day) = (1930 + random.below(75), 1 + random.below(12), 1 + random.below(28));
    let body =
        format!("{}{}{year}{month:02}{day:02}{}", 1 + random.below(9), random.digits(5), random.digits(3));
    // GB 11643: the weights are the powers of two modulo 11, from the right.
    let sum: u32 = body
        .bytes()
        .rev()
        .zip(1_u32..)
        .map(|(digit, power)| u32::from(digit - b'0') * (2_u32.pow(power) % 11))
        .sum();
    let check = "10X98765432".as_bytes().get((sum % 11) as usize).copied().unwrap_or_default();
    format!("{body}{}", char::from(check))
}

/// The access keys of a run: one permanent, one with a security token.
#[derive(Clone)]
pub(crate) struct Secrets {
    pub(crate) secret: String,
    pub(crate) sts_secret: String,
    pub(crate) token: String,
    /// Known to nobody: for wrong signatures.
    pub(crate) wrong_secret: String,
}

impl Secrets {
    pub(crate) fn invent(seed: u64) -> Self {
        let mut random = Random::new(seed, 0);
        let word = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let mut secret = || random.letters(word, 30);
        let (secret, sts_secret, wrong_secret) = (secret(), secret(), secret());
        let token = format!("CAIS{}+/{}==", random.letters(word, 40), random.letters(word, 20));
        Self { secret, sts_secret, token, wrong_secret }
    }

    pub(crate) fn all(&self) -> [(&'static str, &str); 4] {
        [
            ("access key secret", &self.secret),
            ("access key secret (STS)", &self.sts_secret),
            ("security token", &self.token),
            ("access key secret (wrong)", &self.wrong_secret),
        ]
    }
}
