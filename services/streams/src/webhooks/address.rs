//! Which addresses are of this machine, this network or nobody, so that a webhook cannot be turned inwards. Never here:
//! names, or connecting.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What the hub does not send to in IPv4: beginning, bits of it that count, and what it is (the IANA registry of special
/// addresses).
const V4: [(Ipv4Addr, u32, &str); 16] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8, "unspecified"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "private"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "shared by a carrier"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "loopback"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "link-local"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "private"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "of a protocol"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "documentation"),
    (Ipv4Addr::new(192, 31, 196, 0), 24, "of a protocol"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "of a protocol"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "private"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "for measurements"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "documentation"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "documentation"),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "multicast"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "reserved"),
];

/// The only part of IPv6 that is given to public networks: everything else, such as loopback, link-local, unique local,
/// multicast and the forms that wrap an IPv4 address, is not sent to.
const PUBLIC_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
/// And within it these are not: protocols and tunnels that wrap an IPv4 address, and documentation.
const V6: [(Ipv6Addr, u32, &str); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "of a protocol"),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "documentation"),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, "of a tunnel"),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "documentation"),
];

/// Why an address is not sent to; none when it is a public one.
pub(super) fn refused(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => {
            let within =
                |start: Ipv4Addr, bits: u32| (address.to_bits() ^ start.to_bits()) >> (32 - bits) == 0;
            V4.into_iter().find(|(start, bits, _)| within(*start, *bits)).map(|(.., what)| what)
        }
        IpAddr::V6(address) => {
            let within =
                |start: Ipv6Addr, bits: u32| (address.to_bits() ^ start.to_bits()) >> (128 - bits) == 0;
            if !within(PUBLIC_V6.0, PUBLIC_V6.1) {
                return Some("not public");
            }
            V6.into_iter().find(|(start, bits, _)| within(*start, *bits)).map(|(.., what)| what)
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn every_address_that_is_not_public_is_refused() {
        for (inside, outside) in [
            ("0.0.0.0 0.255.255.255", "1.0.0.0"),
            ("10.0.0.0 10.255.255.255", "9.255.255.255 11.0.0.0"),
            ("100.64.0.0 100.127.255.255", "100.63.255.255 100.128.0.0"),
            ("127.0.0.1 127.255.255.255", "126.255.255.255 128.0.0.0"),
            ("169.254.0.0 169.254.169.254 169.254.255.255", "169.253.255.255 169.255.0.0"),
            ("172.16.0.0 172.31.255.255", "172.15.255.255 172.32.0.0"),
            ("192.168.0.0 192.168.255.255", "192.167.255.255 192.169.0.0"),
            ("198.18.0.0 198.19.255.255", "198.17.255.255 198.20.0.0"),
            ("192.0.0.1 192.0.2.7 198.51.100.9 203.0.113.200", "192.0.1.0 192.0.3.0"),
            ("224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255", "223.255.255.255"),
            (":: ::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b:1::1", ""),
            ("fc00:: fd12:3456::1 fdff:ffff::1 fe80::1 febf::1 fec0::1 ff02::1 100::1", ""),
            ("2001::1 2001:2::1 2001:1ff::1 2001:db8::1 2002:7f00:1::1 3fff:fff::1", "2001:200::1"),
            ("4000::1", "2400:3200::1 2606:4700::1111 2003::1 3ffe::1 3fff:1000::1"),
        ] {
            for (addresses, wanted) in [(inside, true), (outside, false)] {
                for address in addresses.split_whitespace() {
                    assert_eq!(refused(address.parse().unwrap()).is_some(), wanted, "{address}");
                }
            }
        }
    }
}
