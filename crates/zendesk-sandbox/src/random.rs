//! Numbers that look random and depend on nothing but a seed and a position.

/// A well-mixed number for a position under a seed.
///
/// Source: the finalizer of `SplitMix64`.
pub(crate) fn mix(seed: u64, position: u64) -> u64 {
    let mut z = seed.wrapping_add(position.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// 32 hexadecimal digits for a position under a seed.
pub(crate) fn hex32(seed: u64, position: u64) -> String {
    format!("{:016x}{:016x}", mix(seed, position), mix(!seed, position))
}

/// A permutation of `0..n`; never the identity when there is more than one number.
pub(crate) fn shuffled(seed: u64, n: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by_key(|index| mix(seed, *index as u64));
    if order.is_sorted() {
        order.reverse();
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_complete_and_not_the_given_one() {
        for n in 2..20 {
            let order = shuffled(7, n);
            assert!(!order.is_sorted(), "{n}");
            let mut sorted = order.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, (0..n).collect::<Vec<_>>());
        }
    }
}
