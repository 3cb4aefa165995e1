//! Which addresses lie inside a private network, or on this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address is loopback, private, link-local, shared, multicast or of no use on the public internet.
///
/// An IPv6 address that stands for an IPv4 address (mapped, NAT64, 6to4) counts as that one.
///
/// Source: the special-purpose address registries of RFC 6890.
pub(super) fn is_inside(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_inside_v4(ip),
        IpAddr::V6(ip) => embedded(ip).map_or_else(|| is_inside_v6(ip), is_inside_v4),
    }
}

fn is_inside_v4(ip: Ipv4Addr) -> bool {
    let [first, second, third, _] = ip.octets();
    let is_carrier = first == 100 && (64..128).contains(&second);
    let is_protocol = (first, second, third) == (192, 0, 0);
    let is_benchmark = first == 198 && (second == 18 || second == 19);
    first == 0
        || first >= 240
        || is_carrier
        || is_protocol
        || is_benchmark
        || ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
}

fn is_inside_v6(ip: Ipv6Addr) -> bool {
    let is_site_local = matches!(ip.segments(), [first, ..] if first & 0xffc0 == 0xfec0);
    ip.is_loopback()
        || ip.is_unspecified()
        || ip.is_unique_local()
        || ip.is_unicast_link_local()
        || ip.is_multicast()
        || is_site_local
}

/// The IPv4 address that an IPv6 address stands for.
fn embedded(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let joined = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match ip.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => Some(joined(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expected: bool, addresses: &[&str]) {
        for text in addresses {
            assert_eq!(is_inside(text.parse().unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn private_addresses_of_both_kinds() {
        check(
            true,
            &["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "127.0.0.1", "169.254.169.254"],
        );
        check(true, &["0.0.0.0", "100.64.0.1", "192.0.0.8", "198.18.0.1", "224.0.0.1", "255.255.255.255"]);
        check(true, &["::", "::1", "fc00::1", "fdff::1", "fe80::1", "fec0::1", "ff02::1"]);
    }

    #[test]
    fn an_address_in_the_clothes_of_the_other_kind() {
        check(true, &["::ffff:10.0.0.1", "::ffff:7f00:1", "64:ff9b::a9fe:a9fe", "2002:c0a8:101::1"]);
        check(false, &["::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]);
    }

    #[test]
    fn public_addresses() {
        check(false, &["8.8.8.8", "172.15.0.1", "172.32.0.1", "192.167.0.1", "100.63.0.1", "100.128.0.1"]);
        check(false, &["2606:4700:4700::1111", "2a00:1450:4001:800::200e"]);
    }
}
