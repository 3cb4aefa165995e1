//! What keys are told apart by.

use super::string::WINDOW;

/// What a key is compared by: exact for keys of up to 16 bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fingerprint {
    /// The first 8 bytes, little endian, filled up with zeros.
    pub head: u64,
    /// The last 8 bytes of a key longer than 8, little endian; otherwise 0.
    pub tail: u64,
    /// Length in bytes.
    pub length: u32,
}

/// Bytes of a key that a fingerprint holds all of.
const EXACT: u32 = 16;

/// Bits without a pattern, from those of π behind the point; similar keys spread well by them.
const MIX: [u64; 2] = [0xa409_3822_299f_31d0, 0x1319_8a2e_0370_7344];

const ALL: u64 = u64::MAX;

/// For each length below 16: which bits of the first 8 bytes are the head, and which of the last 8 are the tail.
#[rustfmt::skip]
const MASKS: [(u64, u64); 16] = [
    (0, 0), (ALL >> 56, 0), (ALL >> 48, 0), (ALL >> 40, 0), (ALL >> 32, 0), (ALL >> 24, 0), (ALL >> 16, 0), (ALL >> 8, 0),
    (ALL, 0), (ALL, ALL), (ALL, ALL), (ALL, ALL), (ALL, ALL), (ALL, ALL), (ALL, ALL), (ALL, ALL),
];

impl Fingerprint {
    /// The fingerprint of a key.
    #[must_use]
    pub fn of(key: &str) -> Self {
        Self::of_bytes(key.as_bytes())
    }

    pub(super) fn of_bytes(bytes: &[u8]) -> Self {
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        if let (Some(head), Some(tail)) = (bytes.first_chunk(), bytes.last_chunk()) {
            let tail = if length > 8 { u64::from_le_bytes(*tail) } else { 0 };
            return Fingerprint { head: u64::from_le_bytes(*head), tail, length };
        }
        Fingerprint { head: word_of_few(bytes), tail: 0, length }
    }

    /// Which of 64 groups of keys it belongs to: most tables have keys of a few groups only.
    #[inline]
    pub(crate) fn group(self) -> u32 {
        #[expect(clippy::cast_possible_truncation, reason = "the first byte is wanted")]
        let first = self.head as u8;
        group(first, self.length)
    }

    /// The group of a key whose fingerprint has not been taken.
    #[inline]
    pub(crate) fn group_of(key: &str) -> u32 {
        let length = u32::try_from(key.len()).unwrap_or(u32::MAX);
        group(key.bytes().next().unwrap_or(0), length)
    }

    /// Of a key of less than 16 bytes at the beginning of `window`, whatever stands behind it.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the length is below 16")]
    pub(super) fn of_first(window: &[u8; WINDOW], length: usize) -> Self {
        let word = |at: usize| {
            window.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |word| u64::from_le_bytes(*word))
        };
        let (of_head, of_tail) = MASKS.get(length).copied().unwrap_or_default();
        let (head, next) = (word(0), word(8));
        // By 8 to 56 bits where the tail counts.
        let n_bits = 8_u32.wrapping_mul(length as u32);
        let tail = next.wrapping_shl(0_u32.wrapping_sub(n_bits)) | head.wrapping_shr(n_bits);
        Fingerprint { head: head & of_head, tail: tail & of_tail, length: length as u32 }
    }

    /// Whether two keys with this fingerprint are surely the same.
    #[inline]
    #[must_use]
    pub fn is_exact(self) -> bool {
        self.length <= EXACT
    }

    /// 64 bits that depend on all of it, any few of which do for a small table. There is no secret in it: a table of
    /// keys that strangers choose needs a limit of its own.
    #[inline]
    #[must_use]
    pub fn hash(self) -> u64 {
        let [first, second] = MIX;
        fold(self.head ^ first, self.tail ^ second ^ u64::from(self.length) << 32)
    }
}

/// Keys of one length that begin with different letters are in different groups.
#[inline]
fn group(first: u8, length: u32) -> u32 {
    u32::from(first).wrapping_add(length.wrapping_mul(5)) % 64
}

/// Less than 8 bytes, little endian, filled up with zeros.
#[inline]
pub(super) fn word_of_few(bytes: &[u8]) -> u64 {
    let n_bits = |bytes: usize| u32::try_from(bytes).unwrap_or(0).wrapping_mul(8);
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        // They may overlap, where they are the same.
        let last = u64::from(u32::from_le_bytes(*last)).wrapping_shl(n_bits(bytes.len().wrapping_sub(4)));
        return u64::from(u32::from_le_bytes(*first)) | last;
    }
    let byte = |at: usize| bytes.get(at).map_or(0, |byte| u64::from(*byte).wrapping_shl(n_bits(at)));
    byte(0) | byte(1) | byte(2)
}

/// Both halves of a product, in one.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "each half of the bits is wanted")]
fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left).wrapping_mul(u128::from(right));
    (product >> 64) as u64 ^ product as u64
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Fingerprint;

    #[test]
    fn fingerprints() {
        let of = |head: &[u8; 8], tail: &[u8; 8], length| Fingerprint {
            head: u64::from_le_bytes(*head),
            tail: u64::from_le_bytes(*tail),
            length,
        };
        assert_eq!(Fingerprint::of(""), Fingerprint::default());
        assert_eq!(Fingerprint::of("id"), of(b"id\0\0\0\0\0\0", &[0; 8], 2));
        assert_eq!(Fingerprint::of("exactly8"), of(b"exactly8", &[0; 8], 8));
        assert_eq!(Fingerprint::of("exactly 9"), of(b"exactly ", b"xactly 9", 9));
        assert_eq!(Fingerprint::of("a longer key"), of(b"a longer", b"nger key", 12));
        assert!(Fingerprint::of("sixteen bytes !!").is_exact());
        assert!(!Fingerprint::of("seventeen bytes !").is_exact());
        assert_eq!(Fingerprint::of("seventeen bytes !"), Fingerprint::of("seventeem bytes !"));
    }

    /// Keys that differ in a number only, in 1,024 places: by chance 500 of them take 395.
    #[track_caller]
    fn spread(key: impl Fn(usize) -> String) {
        for shift in [0, 10, 20, 32, 44, 54] {
            let place = |number| Fingerprint::of(&key(number)).hash() >> shift & 1_023;
            let n_places = (0..500).map(place).collect::<BTreeSet<u64>>().len();
            assert!(n_places > 370, "{n_places} places from bit {shift} on");
        }
    }

    #[test]
    fn similar_keys_have_places_of_their_own() {
        spread(|number| number.to_string());
        spread(|number| format!("k{number:05}"));
        spread(|number| format!("trait_{number}"));
        spread(|number| format!("custom_field_number_{number}"));
    }
}
