//! Cookie requests that change something must come from our own pages, and
//! every page says what it may load.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::base::problem::Problem;

/// Refuses a cross-site request that carries a cookie and is not safe. Browsers
/// send `Sec-Fetch-Site`; older ones at least `Origin`. Clients without a
/// cookie (API keys) are not browsers under somebody else's control.
pub async fn refuse_cross_site(request: Request, next: Next) -> Response {
    let safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if safe || !request.headers().contains_key(header::COOKIE) || same_site(request.headers()) {
        return next.run(request).await;
    }
    Problem::forbidden("This request was sent from another site; open Koe itself and try again.")
        .into_response()
}

fn same_site(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => {
            origin.split_once("://").map(|(_, authority)| authority) == Some(host)
        }
        // Neither header: not a browser of the last ten years, and our
        // cookie is SameSite=Lax besides.
        (None, _) => true,
        (Some(_), None) => false,
    }
}

/// Headers of every answer. Nothing is loaded from outside, ever.
pub async fn set_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (
            "content-security-policy",
            "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; \
             script-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'self'; \
             form-action 'self'",
        ),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        (
            "permissions-policy",
            "camera=(), microphone=(), geolocation=()",
        ),
    ] {
        headers
            .entry(HeaderName::from_static(name))
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_site_is_recognised() {
        let headers = |pairs: &[(&'static str, &'static str)]| {
            let mut map = HeaderMap::new();
            for (name, value) in pairs {
                map.insert(*name, HeaderValue::from_static(value));
            }
            map
        };
        for (pairs, expected) in [
            (&[("sec-fetch-site", "same-origin")][..], true),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "same-site")], false),
            (
                &[("origin", "https://koe.test"), ("host", "koe.test")],
                true,
            ),
            (
                &[("origin", "https://evil.test"), ("host", "koe.test")],
                false,
            ),
            (&[("origin", "null"), ("host", "koe.test")], false),
            (&[("host", "koe.test")], true),
        ] {
            assert_eq!(same_site(&headers(pairs)), expected, "{pairs:?}");
        }
    }
}
