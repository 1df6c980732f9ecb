//! Numbers that look random and are the same for the same seed (`SplitMix64`).

/// The `index`th number of the sequence that belongs to `seed`.
pub(crate) fn number(seed: u64, index: u64) -> u64 {
    let mut z = seed.wrapping_add(index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The same number as a fraction from 0 up to 1.
pub(crate) fn fraction(seed: u64, index: u64) -> f64 {
    // The upper 32 bits: a u32 fits an f64 exactly.
    let upper = u32::try_from(number(seed, index) >> 32).unwrap_or_default();
    f64::from(upper) / 4_294_967_296.0
}

/// A request id in the gateway's form: an upper-case UUID.
pub(crate) fn request_id(seed: u64, index: u64) -> String {
    let high = number(seed, index.wrapping_mul(2));
    let low = number(seed, index.wrapping_mul(2).wrapping_add(1));
    format!(
        "{:08X}-{:04X}-{:04X}-{:04X}-{:012X}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}
