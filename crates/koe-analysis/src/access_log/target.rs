//! What a request asks for: method, path, query, search.

use encoding_rs::SHIFT_JIS;
use percent_encoding::percent_decode;
use unicode_normalization::UnicodeNormalization;

use crate::text::{Kind as PersonalDataKind, find_personal_data, mask};

/// The methods that mean something here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    /// POST, HEAD and whatever else there is.
    Other,
}

/// A request line, cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    pub method: Method,
    /// The path as it was sent.
    pub path: &'a [u8],
    /// What follows the question mark; empty where there is none.
    pub query: &'a [u8],
}

/// Cuts a request line (RFC 9112, section 3). `None` when it is none: a connection
/// that was closed before it asked, TLS on a plain port, noise.
pub fn request(line: &[u8]) -> Option<Request<'_>> {
    let blank = line.iter().position(|byte| *byte == b' ')?;
    let (method, rest) = (&line[..blank], &line[blank + 1..]);
    if method.is_empty() || !method.iter().all(u8::is_ascii_uppercase) {
        return None;
    }
    // Blanks inside the target are sent by some programs; the version is the last word.
    let target = match rest.iter().rposition(|byte| *byte == b' ') {
        Some(last) if rest[last + 1..].starts_with(b"HTTP/") => &rest[..last],
        _ => rest,
    };
    let target = without_host(target);
    if !target.starts_with(b"/") {
        return None;
    }
    let target = until(target, b'#');
    let path = until(target, b'?');
    Some(Request {
        method: match method {
            b"GET" => Method::Get,
            _ => Method::Other,
        },
        path,
        query: target.get(path.len() + 1..).unwrap_or_default(),
    })
}

/// What is left of an address without scheme and host.
fn without_host(target: &[u8]) -> &[u8] {
    for scheme in [&b"http://"[..], b"https://"] {
        if let Some(rest) = target.strip_prefix(scheme) {
            let slash = rest.iter().position(|byte| *byte == b'/');
            return slash.map_or(b"/", |at| &rest[at..]);
        }
    }
    target
}

fn until(text: &[u8], mark: u8) -> &[u8] {
    let end = text.iter().position(|byte| *byte == mark);
    &text[..end.unwrap_or(text.len())]
}

/// A path in one form: percent signs decoded, doubled slashes one, session ids and
/// e-mail addresses taken out; with `fold_ids` numbers and long codes are `{id}`.
pub fn path(raw: &[u8], fold_ids: bool) -> String {
    let mut path = String::with_capacity(raw.len());
    for segment in raw.split(|byte| *byte == b'/') {
        if segment.is_empty() {
            continue;
        }
        let text = decoded_segment(until_session(segment));
        path.push('/');
        if fold_ids && is_id(&text) {
            path.push_str("{id}");
        } else if text.contains('@') {
            path.push_str(&mask(&text, &find_personal_data(&text)));
        } else {
            path.push_str(&text);
        }
    }
    if path.is_empty() || raw.ends_with(b"/") {
        path.push('/');
    }
    path
}

/// A segment without `;jsessionid=…` and its like.
fn until_session(segment: &[u8]) -> &[u8] {
    const NAMES: &[&[u8]] = &[b"jsessionid=", b"phpsessid=", b"sessionid=", b"sid="];
    let Some(mark) = segment.iter().position(|byte| *byte == b';') else {
        return segment;
    };
    let after = &segment[mark + 1..];
    let names_session = NAMES.iter().any(|name| {
        after
            .get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
    });
    if names_session {
        &segment[..mark]
    } else {
        segment
    }
}

/// A segment as text; as it was sent, where decoding it would make a path of another
/// shape or something that cannot be shown.
fn decoded_segment(raw: &[u8]) -> String {
    let decoded = text_of(&percent_decode(raw).collect::<Vec<u8>>());
    decoded
        .filter(|text| !text.contains(['/', '?', '#']) && !text.chars().any(char::is_control))
        .unwrap_or_else(|| String::from_utf8_lossy(raw).into_owned())
}

/// UTF-8, else Shift_JIS as Windows writes it, else nothing.
fn text_of(bytes: &[u8]) -> Option<String> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.to_owned()),
        Err(_) => SHIFT_JIS
            .decode_without_bom_handling_and_without_replacement(bytes)
            .map(|text| text.into_owned()),
    }
}

/// A number, a UUID, or a code of 16 and more hexadecimal digits.
fn is_id(segment: &str) -> bool {
    let digits = |byte: u8| byte.is_ascii_digit();
    let hexadecimal = |byte: u8| byte.is_ascii_hexdigit();
    if segment.bytes().all(digits) {
        return true;
    }
    let plain = segment.bytes().filter(|byte| *byte != b'-');
    let length = plain.clone().count();
    length >= 16 && plain.clone().all(hexadecimal) && plain.clone().any(digits)
}

/// The value of the first parameter with one of the names, as it was sent; `None`
/// where there is none or it is empty.
pub fn search_value<'a>(query: &'a [u8], names: &[String]) -> Option<&'a [u8]> {
    query
        .split(|byte| matches!(byte, b'&' | b';'))
        .find_map(|pair| {
            let equals = pair.iter().position(|byte| *byte == b'=')?;
            let (name, value) = (&pair[..equals], &pair[equals + 1..]);
            let known = names
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
            (known && !value.is_empty()).then_some(value)
        })
}

/// A term as it is compared and shown: decoded, width and case made one (NFKC), blanks
/// one, personal data masked. `None` when nothing is left.
pub fn term(raw: &[u8]) -> Option<String> {
    let blanks: Vec<u8> = raw
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    let bytes: Vec<u8> = percent_decode(&blanks).collect();
    let text = text_of(&bytes).unwrap_or_else(|| String::from_utf8_lossy(raw).into_owned());
    let one: String = text.nfkc().flat_map(char::to_lowercase).collect();
    let words: Vec<&str> = one
        .split(|character: char| character.is_whitespace() || character.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    let plain = words.join(" ");
    let masked = mask(&plain, &find_personal_data(&plain));
    (!masked.is_empty()).then_some(masked)
}

/// Host and path of a referrer, without query; `None` when it is no address of the web.
pub fn referrer(raw: &[u8]) -> Option<String> {
    let rest = [&b"http://"[..], b"https://"]
        .iter()
        .find_map(|scheme| raw.strip_prefix(*scheme))?;
    let slash = rest
        .iter()
        .position(|byte| matches!(byte, b'/' | b'?' | b'#'));
    let (host, after) = rest.split_at(slash.unwrap_or(rest.len()));
    // Whoever writes a name and a password before the host keeps them.
    let host = host.rsplit(|byte| *byte == b'@').next().unwrap_or_default();
    let host = std::str::from_utf8(host)
        .ok()
        .filter(|host| !host.is_empty() && !host.chars().any(char::is_control))?;
    let path = path(until(until(after, b'#'), b'?'), false);
    Some(format!("{}{path}", host.to_ascii_lowercase()))
}

/// A user agent as text, of at most 512 characters; e-mail addresses masked, what a
/// terminal would obey left out.
pub fn agent(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    let shown = text.chars().filter(|character| !character.is_control());
    let short: String = shown.take(512).collect();
    if !short.contains('@') {
        return short;
    }
    // Versions look like phone numbers, so only e-mail addresses are masked.
    let mut found = find_personal_data(&short);
    found.retain(|data| data.kind == PersonalDataKind::Email);
    mask(&short, &found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_lines_are_cut() {
        let cases: [(&str, Option<(&str, &str)>); 10] = [
            ("GET / HTTP/1.1", Some(("/", ""))),
            ("GET /a?q=x&p=2 HTTP/1.1", Some(("/a", "q=x&p=2"))),
            ("GET /a b?q=x y HTTP/1.0", Some(("/a b", "q=x y"))),
            ("GET /a?b?c#d HTTP/2.0", Some(("/a", "b?c"))),
            ("GET http://example.jp/a?x HTTP/1.1", Some(("/a", "x"))),
            ("GET http://example.jp HTTP/1.1", Some(("/", ""))),
            ("GET /old", Some(("/old", ""))),
            ("-", None),
            ("CONNECT example.jp:443 HTTP/1.1", None),
            ("\\x16\\x03\\x01", None),
        ];
        for (line, wanted) in cases {
            let found = request(line.as_bytes()).map(|request| (request.path, request.query));
            let wanted = wanted.map(|(path, query)| (path.as_bytes(), query.as_bytes()));
            assert_eq!(found, wanted, "{line}");
        }
    }

    #[test]
    fn paths_come_to_one_form() {
        let cases: &[(&[u8], &str)] = &[
            (b"/", "/"),
            (b"//a///b/", "/a/b/"),
            (b"/%E5%BA%97/%E6%B8%8B%E8%B0%B7", "/店/渋谷"),
            // 渋谷 in Shift_JIS.
            (b"/%8Fa%92J", "/渋谷"),
            (b"/100%25", "/100%"),
            // No other shape, nothing that cannot be shown, nothing that is no text.
            (b"/a%2Fb", "/a%2Fb"),
            (b"/a%00b", "/a%00b"),
            (b"/a%FFb", "/a%FFb"),
            (b"/100%", "/100%"),
            (b"/shop;jsessionid=1F3A/cart", "/shop/cart"),
            (b"/a;v=1", "/a;v=1"),
            (b"/u/taro@example.jp", "/u/●●●"),
            (b"/@koe", "/@koe"),
        ];
        for (raw, wanted) in cases {
            assert_eq!(path(raw, false), *wanted);
        }
        let folded: &[(&[u8], &str)] = &[
            (b"/orders/10422/items/7", "/orders/{id}/items/{id}"),
            (b"/u/3f2504e0-4f89-11d3-9a0c-0305e82c3301", "/u/{id}"),
            (b"/t/9f86d081884c7d65", "/t/{id}"),
            (b"/deadbeef/v2", "/deadbeef/v2"),
        ];
        for (raw, wanted) in folded {
            assert_eq!(path(raw, true), *wanted);
        }
    }

    #[test]
    fn searches_are_found_and_written_one_way() {
        let names = ["q".to_owned(), "keyword".to_owned()];
        let found = |query: &str| {
            let value = search_value(query.as_bytes(), &names)?;
            term(value)
        };
        let cases = [
            ("q=%E8%BF%94%E5%93%81", Some("返品")),
            // 返品 in Shift_JIS.
            ("page=2&Keyword=%95%D4%95i", Some("返品")),
            ("q=Return++Policy", Some("return policy")),
            ("q=%EF%BC%A1%EF%BC%A2%EF%BC%A3", Some("abc")),
            ("q=taro%40example.jp", Some("●●●")),
            ("q=", None),
            ("q=+", None),
            ("quality=5", None),
            ("", None),
        ];
        for (query, wanted) in cases {
            assert_eq!(found(query).as_deref(), wanted, "{query}");
        }
    }

    #[test]
    fn agents_lose_what_is_private_and_what_a_terminal_would_obey() {
        assert_eq!(agent(b"Ezooms/1.0; help@example.com"), "Ezooms/1.0; ●●●");
        assert_eq!(agent(b"a\x1b[31mb"), "a[31mb");
        assert_eq!(agent(&[b'x'; 600]).len(), 512);
    }

    #[test]
    fn referrers_lose_what_is_private() {
        let cases = [
            ("http://example.jp/a?token=1", Some("example.jp/a")),
            ("https://taro:secret@Example.JP", Some("example.jp/")),
            ("android-app://x", None),
            ("", None),
        ];
        for (raw, wanted) in cases {
            assert_eq!(referrer(raw.as_bytes()).as_deref(), wanted, "{raw}");
        }
    }
}
