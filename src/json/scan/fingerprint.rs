//! What keys are told apart by.

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

/// Any bits without a pattern: those of π behind the point.
const MIX: [u64; 3] = [0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344, 0xa409_3822_299f_31d0];

impl Fingerprint {
    /// The fingerprint of a key.
    #[must_use]
    pub fn of(key: &str) -> Self {
        let bytes = key.as_bytes();
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        if let (Some(head), Some(tail)) = (bytes.first_chunk(), bytes.last_chunk()) {
            let tail = if length > 8 { u64::from_le_bytes(*tail) } else { 0 };
            return Fingerprint { head: u64::from_le_bytes(*head), tail, length };
        }
        let head = bytes.iter().rev().fold(0, |head, byte| head << 8 | u64::from(*byte));
        Fingerprint { head, tail: 0, length }
    }

    /// Of a key of less than 16 bytes, whatever stands behind it.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "each half of the bits is wanted")]
    pub(super) fn of_first(bytes: [u8; 16], length: u32) -> Self {
        let bits = u128::from_le_bytes(bytes);
        let n_bits = length.wrapping_mul(8);
        if let Some(unused) = 64_u32.checked_sub(n_bits) {
            let head = (bits as u64).checked_shl(unused).map_or(0, |head| head >> unused);
            return Fingerprint { head, tail: 0, length };
        }
        let tail = (bits >> (n_bits.wrapping_sub(64) & 127)) as u64;
        Fingerprint { head: bits as u64, tail, length }
    }

    /// Whether two keys with this fingerprint are surely the same.
    #[must_use]
    pub fn is_exact(self) -> bool {
        self.length <= EXACT
    }

    /// 64 bits that depend on all of it, any few of which do for a small table.
    #[must_use]
    pub fn hash(self) -> u64 {
        let [first, second, third] = MIX;
        let mixed = fold(self.head ^ first, self.tail ^ second);
        fold(mixed ^ u64::from(self.length), third)
    }
}

/// Both halves of a product, in one.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "each half of the bits is wanted")]
fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left).wrapping_mul(u128::from(right));
    (product >> 64) as u64 ^ product as u64
}
