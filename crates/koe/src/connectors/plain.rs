//! Marked-up text as the plain text of a survey document, with what is lost on the way.

use std::collections::BTreeSet;

use crate::surveys::Text;

/// Something that plain text cannot say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lost {
    /// Bold, italics, colours, sizes, alignment.
    Style,
    /// A link; its words and address stay as text.
    Link,
    /// A picture.
    Picture,
    /// Sound, film or another page inside the text.
    Media,
    /// A table; its cells stay as text.
    Table,
    /// A script or style sheet.
    Script,
    /// A field or button inside the text.
    Field,
    /// Braces that would be read as piping.
    Braces,
}

/// A text without markup.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plain {
    /// The words.
    pub text: String,
    /// What they do not say any more.
    pub lost: BTreeSet<Lost>,
}

/// The most `<` that begin no tag although a `>` follows somewhere; past them every `<` is a
/// character. Each is looked at as far as the text goes, so without an end to it a text made for
/// the purpose would be read for hours.
const MOST_BROKEN_TAGS: usize = 64;

/// What stands for pipe `number` while markup is read: private-use characters no text has, so
/// that neither disturbs the other.
pub fn stand_in(number: usize) -> String {
    format!("\u{f8f0}{number}\u{f8f1}")
}

/// The text with each stand-in replaced by its pipe.
pub fn with_pipes(text: &str, pipes: &[String]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{f8f0}') {
        out.push_str(before);
        rest = after;
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let pipe = after[..digits]
            .parse::<usize>()
            .ok()
            .and_then(|number| pipes.get(number));
        if let (Some(pipe), Some(end)) = (pipe, after[digits..].strip_prefix('\u{f8f1}')) {
            out.push_str(pipe);
            rest = end;
        }
    }
    out.push_str(rest);
    out
}

/// Reads markup: tags become line breaks or nothing, entities become characters.
pub fn plain(html: &str) -> Plain {
    let mut out = Plain::default();
    let mut rest = html;
    let mut link: Option<(String, usize)> = None;
    let mut broken = 0;
    // Behind the last `>` no tag ends.
    let behind = html.rfind('>').map_or(html.len(), |at| html.len() - at);
    while let Some(character) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("<!--") {
            rest = after.find("-->").map_or("", |end| &after[end + 3..]);
            continue;
        }
        let possible = character == '<' && rest.len() > behind && broken < MOST_BROKEN_TAGS;
        let tag = possible.then(|| Tag::read(rest)).flatten();
        broken += usize::from(possible && tag.is_none());
        if let Some(tag) = tag {
            rest = &rest[tag.length..];
            if let Some(lost) = tag.loses() {
                out.lost.insert(lost);
            }
            match tag.name.as_str() {
                "script" | "style" if !tag.closes => {
                    rest = end_of(&tag.name, rest);
                }
                "a" if tag.closes => {
                    if let Some((address, start)) = link.take() {
                        let words = out.text.get(start..).unwrap_or_default().trim();
                        if !address.is_empty() && words != address {
                            out.text.push_str(&format!(" ({address})"));
                        }
                    }
                }
                "a" => link = Some((tag.attribute("href"), out.text.len())),
                "img" => {
                    let words = tag.attribute("alt");
                    out.text.push_str(&words);
                }
                "li" if !tag.closes => {
                    line_break(&mut out.text, false);
                    out.text.push('・');
                }
                "td" | "th" if tag.closes => out.text.push(' '),
                name if BREAKS.contains(&name) => line_break(&mut out.text, name == "br"),
                _ => {}
            }
            continue;
        }
        if character == '&'
            && let Some((decoded, length)) = entity(rest)
        {
            out.text.push(decoded);
            rest = &rest[length..];
            continue;
        }
        match character {
            // In markup a line break in the source is a blank; other control characters say nothing.
            '\n' | '\t' if html.contains('<') => {
                if !out.text.ends_with([' ', '\n']) && !out.text.is_empty() {
                    out.text.push(' ');
                }
            }
            '\n' | '\t' => out.text.push(character),
            c if c.is_control() => {}
            c => out.text.push(c),
        }
        rest = &rest[character.len_utf8()..];
    }
    out.text = tidy(&out.text);
    if out.text.contains("{{") {
        out.text = out.text.replace("{{", "{ {");
        out.lost.insert(Lost::Braces);
    }
    out
}

const BREAKS: [&str; 15] = [
    "br",
    "p",
    "div",
    "tr",
    "table",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "blockquote",
];

/// What begins with the end tag of `name`; nothing when it is never closed.
fn end_of<'t>(name: &str, text: &'t str) -> &'t str {
    text.match_indices("</")
        .find(|(at, _)| {
            text.get(at + 2..at + 2 + name.len())
                .is_some_and(|found| found.eq_ignore_ascii_case(name))
        })
        .map_or("", |(at, _)| &text[at..])
}

struct Tag<'a> {
    name: String,
    closes: bool,
    inside: &'a str,
    length: usize,
}

impl<'a> Tag<'a> {
    /// A tag at the start of `text`; none when it is a `<` that means "less than".
    fn read(text: &'a str) -> Option<Self> {
        let body = text.get(1..)?;
        let closes = body.starts_with('/');
        let name_at = usize::from(closes);
        let name: String = body
            .get(name_at..)?
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric())
            .collect();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let mut quote = None;
        for (at, character) in body.char_indices() {
            match (quote, character) {
                (Some(open), c) if c == open => quote = None,
                (None, '"' | '\'') if at > name_at => quote = Some(character),
                (None, '>') => {
                    return Some(Self {
                        inside: body.get(name_at + name.len()..at).unwrap_or_default(),
                        name: name.to_ascii_lowercase(),
                        closes,
                        length: at + 2,
                    });
                }
                _ => {}
            }
        }
        None
    }

    fn attribute(&self, name: &str) -> String {
        let lower = self.inside.to_ascii_lowercase();
        let Some(at) = lower.find(&format!("{name}=")) else {
            return String::new();
        };
        let value = &self.inside[at + name.len() + 1..];
        let value = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split(quote).next(),
            _ => value.split([' ', '/']).next(),
        };
        plain_entities(value.unwrap_or_default())
    }

    fn loses(&self) -> Option<Lost> {
        if self.closes {
            return None;
        }
        let lost = match self.name.as_str() {
            "br" | "p" | "div" | "span" | "wbr" | "tbody" | "thead" | "html" | "body" | "label" => {
                let lower = self.inside.to_ascii_lowercase();
                if !lower.contains("style=") && !lower.contains("align=") {
                    return None;
                }
                Lost::Style
            }
            "a" => Lost::Link,
            "img" | "svg" | "picture" => Lost::Picture,
            "audio" | "video" | "iframe" | "object" | "embed" | "source" => Lost::Media,
            "table" | "tr" | "td" | "th" => Lost::Table,
            "script" | "style" | "link" | "meta" => Lost::Script,
            "input" | "button" | "select" | "textarea" | "form" => Lost::Field,
            _ => Lost::Style,
        };
        Some(lost)
    }
}

/// Ends the line: a block's edge once, however many meet there; `<br>` each time.
fn line_break(text: &mut String, hard: bool) {
    while text.ends_with(' ') {
        text.pop();
    }
    if !text.is_empty() && (hard || !text.ends_with('\n')) {
        text.push('\n');
    }
}

/// Blanks at line ends gone, at most one empty line, nothing around the whole.
fn tidy(text: &str) -> String {
    let text = text.replace('\u{a0}', " ");
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        if !(line.is_empty() && lines.last().is_some_and(|last: &&str| last.is_empty())) {
            lines.push(line);
        }
        if lines.len() > 100_000 {
            break;
        }
    }
    lines.join("\n").trim().to_owned()
}

fn plain_entities(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let (decoded, length) = entity(rest).unwrap_or((character, character.len_utf8()));
        out.push(decoded);
        rest = &rest[length..];
    }
    out
}

/// The character an entity at the start of `text` stands for, and the entity's length.
fn entity(text: &str) -> Option<(char, usize)> {
    let body = text.strip_prefix('&')?;
    let end = body.char_indices().take(12).find(|(_, c)| *c == ';')?.0;
    let name = &body[..end];
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" | "rsquo" | "lsquo" => '\'',
        "ldquo" | "rdquo" => '"',
        "nbsp" | "ensp" | "emsp" | "thinsp" => ' ',
        "hellip" => '…',
        "ndash" => '–',
        "mdash" => '—',
        "copy" => '©',
        "reg" => '®',
        "trade" => '™',
        "yen" => '¥',
        "euro" => '€',
        "pound" => '£',
        "times" => '×',
        "middot" | "bull" => '・',
        "eacute" => 'é',
        "egrave" => 'è',
        "agrave" => 'à',
        "ccedil" => 'ç',
        "auml" => 'ä',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "szlig" => 'ß',
        _ => {
            let digits = name.strip_prefix('#')?;
            let number = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(number).filter(|c| !c.is_control() || *c == '\n')?
        }
    };
    Some((character, end + 2))
}

/// What is lost, said in both languages; none when nothing is.
pub fn said(lost: &BTreeSet<Lost>) -> Option<Text> {
    if lost.is_empty() {
        return None;
    }
    let words = |one: &Lost| match one {
        Lost::Style => ("文字の装飾", "formatting"),
        Lost::Link => (
            "リンク（文字とURLは残ります）",
            "links (words and address stay)",
        ),
        Lost::Picture => ("画像", "pictures"),
        Lost::Media => ("動画・音声などの埋め込み", "embedded media"),
        Lost::Table => ("表の罫（文字は残ります）", "table layout (the words stay)"),
        Lost::Script => ("スクリプト・スタイルシート", "scripts and style sheets"),
        Lost::Field => ("文中の入力欄・ボタン", "fields and buttons inside the text"),
        Lost::Braces => ("波括弧の表記", "the spelling of double braces"),
    };
    let ja: Vec<&str> = lost.iter().map(|one| words(one).0).collect();
    let en: Vec<&str> = lost.iter().map(|one| words(one).1).collect();
    Some(Text::ja_en(
        format!("文面から次のものが失われます：{}。", ja.join("、")),
        format!("Lost from the text: {}.", en.join(", ")),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_lines_and_says_what_is_lost() {
        let cases: [(&str, &str, &[Lost]); 9] = [
            ("One<br><br>two&nbsp;three", "One\n\ntwo three", &[]),
            ("<p>Hello</p>\n<p>you</p>", "Hello\nyou", &[]),
            ("<div>a</div><div><br></div><div>b</div>", "a\n\nb", &[]),
            ("<b>Very</b> good", "Very good", &[Lost::Style]),
            ("a < b & c &gt; d", "a < b & c > d", &[]),
            (
                "See <a href=\"https://x.example/?a=1&amp;b=2\">this</a>.",
                "See this (https://x.example/?a=1&b=2).",
                &[Lost::Link],
            ),
            ("x<script>alert('<b>')</script>y", "xy", &[Lost::Script]),
            (
                "<img src=x alt='Store' onerror=y>",
                "Store",
                &[Lost::Picture],
            ),
            ("{{answer:q1}}", "{ {answer:q1}}", &[Lost::Braces]),
        ];
        for (html, text, lost) in cases {
            let read = plain(html);
            assert_eq!(read.text, text, "{html}");
            assert_eq!(read.lost.into_iter().collect::<Vec<_>>(), lost, "{html}");
        }
    }

    #[test]
    fn broken_markup_never_panics() {
        for html in [
            "<",
            "</",
            "<a",
            "<a href=",
            "<a href='x",
            "&",
            "&#;",
            "&#x110000;",
            "&あああ;",
            "<!--",
            "<script>",
            "</script>",
            "<ａ>",
            "<b あ=\"い>\">x",
            "{{{{",
            "\u{0}\u{7}",
        ] {
            let _ = plain(html);
        }
        assert_eq!(plain("一行目\n二行目").text, "一行目\n二行目");
    }
}
