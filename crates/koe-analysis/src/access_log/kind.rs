//! Pages, and what is fetched beside them.

use serde::{Deserialize, Serialize};

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Something that a person looks at.
    Page,
    /// A static file that belongs to pages, or a download: style, script, picture,
    /// font, sound, film, archive, program.
    File,
    /// A feed, a site map, data for programs. No page view: that it was fetched does
    /// not say that anybody saw it (Web Analytics Association 2007, *Page Views*).
    Feed,
}

/// Endings of static files: those of AWStats' `NotPageList`, and newer ones.
/// Documents that people read, such as PDF, are pages.
const FILES: &[&str] = &[
    "7z",
    "aac",
    "apk",
    "avi",
    "avif",
    "bmp",
    "br",
    "bz2",
    "class",
    "css",
    "cur",
    "deb",
    "dmg",
    "eot",
    "exe",
    "flac",
    "flv",
    "gif",
    "gz",
    "ico",
    "iso",
    "jar",
    "jfif",
    "jpeg",
    "jpg",
    "js",
    "less",
    "m3u8",
    "m4a",
    "m4v",
    "map",
    "mid",
    "mjs",
    "mov",
    "mp3",
    "mp4",
    "mpeg",
    "mpg",
    "msi",
    "oga",
    "ogg",
    "ogv",
    "otf",
    "png",
    "rar",
    "rpm",
    "scss",
    "svg",
    "svgz",
    "swf",
    "tar",
    "tgz",
    "tif",
    "tiff",
    "ts",
    "ttf",
    "wasm",
    "wav",
    "webm",
    "webmanifest",
    "webp",
    "wma",
    "wmv",
    "woff",
    "woff2",
    "xz",
    "zip",
    "zst",
];

const FEEDS: &[&str] = &["atom", "json", "rdf", "rss", "xml", "xsl"];

const FEED_NAMES: &[&str] = &["feed", "rss", "rss2", "atom"];

/// Files that only programs ask for.
const NOTICES: &[&str] = &[
    "robots.txt",
    "ads.txt",
    "app-ads.txt",
    "security.txt",
    "llms.txt",
];

/// The kind of a path without its query.
pub fn of_path(path: &str) -> Kind {
    let trimmed = path.trim_end_matches('/');
    let name = trimmed.rsplit('/').next().unwrap_or_default();
    let is = |known: &&str| name.eq_ignore_ascii_case(known);
    if FEED_NAMES.iter().any(is) || path.starts_with("/.well-known/") {
        return Kind::Feed;
    }
    // A folder is a page, whatever its name ends with.
    if path.ends_with('/') {
        return Kind::Page;
    }
    if NOTICES.iter().any(is) {
        return Kind::Feed;
    }
    let Some((_, ending)) = name.rsplit_once('.') else {
        return Kind::Page;
    };
    let ends = |known: &&str| ending.eq_ignore_ascii_case(known);
    if FILES.iter().any(ends) {
        Kind::File
    } else if FEEDS.iter().any(ends) {
        Kind::Feed
    } else {
        Kind::Page
    }
}

/// Whether a query asks for a page's feed: `feed=rss2`, `flav=atom`, `format=feed`.
pub fn asks_for_feed(query: &[u8]) -> bool {
    const FORMS: &[&[u8]] = &[b"rss", b"rss2", b"rss20", b"atom", b"rdf"];
    query.split(|byte| *byte == b'&').any(|pair| {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let name = halves.next().unwrap_or_default();
        let value = halves.next().unwrap_or_default();
        FORMS.iter().any(|form| value.eq_ignore_ascii_case(form))
            || (name.eq_ignore_ascii_case(b"format") && value.eq_ignore_ascii_case(b"feed"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_files_and_feeds_are_told_apart() {
        let cases = [
            ("/", Kind::Page),
            ("/blog/geekery/xvfb.html", Kind::Page),
            ("/catalogue.pdf", Kind::Page),
            ("/shop/logo.PNG", Kind::File),
            ("/favicon.ico", Kind::File),
            ("/v1.2/start", Kind::Page),
            ("/jquery.js/", Kind::Page),
            ("/articles.xml", Kind::Feed),
            ("/news/feed/", Kind::Feed),
            ("/robots.txt", Kind::Feed),
            ("/notes.txt", Kind::Page),
            ("/.well-known/change-password", Kind::Feed),
        ];
        for (path, wanted) in cases {
            assert_eq!(of_path(path), wanted, "{path}");
        }
        assert!(asks_for_feed(b"flav=rss20"));
        assert!(asks_for_feed(b"a=1&feed=Atom"));
        assert!(asks_for_feed(b"format=feed"));
        assert!(!asks_for_feed(b"q=rss+reader"));
    }
}
