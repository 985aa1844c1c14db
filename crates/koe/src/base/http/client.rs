//! Where a request comes from.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;

use crate::base::app::App;
use crate::base::problem::Problem;

/// The client's address: the peer's, or the right-most untrusted entry of
/// `X-Forwarded-For` when `server.trusted_proxies` says how many to skip.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddress(pub Option<IpAddr>);

impl ClientAddress {
    /// As the key of a rate limit. An IPv6 client commands a whole /64, so
    /// its network counts, not its address.
    pub fn key(self) -> String {
        match self.0 {
            None => "unknown".into(),
            Some(IpAddr::V4(v4)) => v4.to_string(),
            Some(IpAddr::V6(v6)) => {
                let s = v6.segments();
                format!("{:x}:{:x}:{:x}:{:x}::/64", s[0], s[1], s[2], s[3])
            }
        }
    }
}

fn forwarded(header: &str, trusted_proxies: u8) -> Option<IpAddr> {
    let hops: Vec<&str> = header.split(',').map(str::trim).collect();
    let skip = usize::from(trusted_proxies);
    hops.len()
        .checked_sub(skip)
        .and_then(|index| hops.get(index))
        .and_then(|hop| hop.parse().ok())
}

impl FromRequestParts<App> for ClientAddress {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip());
        let trusted = app.config.server.trusted_proxies;
        if trusted == 0 {
            return Ok(Self(peer));
        }
        let header = parts
            .headers
            .get("x-forwarded-for")
            .and_then(|v| v.to_str().ok());
        Ok(Self(header.and_then(|h| forwarded(h, trusted)).or(peer)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_hops_are_skipped() {
        for (header, proxies, expected) in [
            ("203.0.113.9, 10.0.0.1", 1, Some("10.0.0.1")),
            ("203.0.113.9, 10.0.0.1", 2, Some("203.0.113.9")),
            ("203.0.113.9", 1, Some("203.0.113.9")),
            ("203.0.113.9", 2, None),
            ("nonsense", 1, None),
        ] {
            let expected = expected.map(|e| e.parse().expect("an address"));
            assert_eq!(forwarded(header, proxies), expected, "{header} {proxies}");
        }
    }
}
