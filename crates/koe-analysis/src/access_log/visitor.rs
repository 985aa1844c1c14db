//! Who came, without knowing who.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// A network of visitors: the first eight bytes of HMAC-SHA-256 (RFC 2104), under the
/// key of the log, of the address without its last part: IPv4 /24, IPv6 /48, and of a
/// resolved name everything but its first label. The last part is gone before the
/// hash, so that the key alone does not lead back to a person either.
pub fn masked(address: &[u8], key: &[u8]) -> u64 {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length makes an HMAC");
    match std::str::from_utf8(address).map(str::parse::<IpAddr>) {
        Ok(Ok(ip)) => mac.update(network(ip).to_string().as_bytes()),
        _ => mac.update(&domain(address).to_ascii_lowercase()),
    }
    let code = mac.finalize().into_bytes();
    code[..8]
        .iter()
        .fold(0, |value, byte| value << 8 | u64::from(*byte))
}

fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            IpAddr::V4(Ipv4Addr::new(a, b, c, 0))
        }
        IpAddr::V6(ip) => {
            let [a, b, c, ..] = ip.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

/// A host name without its first label, when more than two are left.
fn domain(name: &[u8]) -> &[u8] {
    let dots = name.iter().filter(|byte| **byte == b'.').count();
    match name.iter().position(|byte| *byte == b'.') {
        Some(first) if dots >= 2 => &name[first + 1..],
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_one_and_another_is_another() {
        let same = [
            ("192.0.2.1", "192.0.2.254"),
            ("::ffff:192.0.2.9", "192.0.2.1"),
            ("2001:db8:1:2::3", "2001:db8:1:ffff::1"),
            ("p1.ISP.example.jp", "p2.isp.example.jp"),
        ];
        for (a, b) in same {
            assert_eq!(
                masked(a.as_bytes(), b"k"),
                masked(b.as_bytes(), b"k"),
                "{a}"
            );
        }
        let different = [
            ("192.0.2.1", "192.0.3.1"),
            ("2001:db8:1::1", "2001:db8:2::1"),
            ("example.jp", "example.com"),
        ];
        for (a, b) in different {
            assert_ne!(
                masked(a.as_bytes(), b"k"),
                masked(b.as_bytes(), b"k"),
                "{a}"
            );
        }
        assert_ne!(masked(b"192.0.2.1", b"k"), masked(b"192.0.2.1", b"l"));
    }

    #[test]
    fn the_hash_is_the_published_one() {
        // `printf 192.0.2.0 | openssl dgst -sha256 -hmac koe`
        assert_eq!(masked(b"192.0.2.77", b"koe"), 0x0aab_c36d_0bbd_c0e9);
    }
}
