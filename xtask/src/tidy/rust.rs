//! Rust read as a flat list of tokens: enough to see which paths and texts a
//! file names, exact about comments, strings and macros.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// One token with where it stands.
#[derive(Debug, Clone)]
pub struct Token {
    pub kind: Kind,
    pub line: usize,
    /// Inside an item that only tests compile.
    pub test: bool,
    /// How many inline modules (`mod name { … }`) surround it.
    pub depth: usize,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Word(String),
    Sign(char),
    Open(Delimiter),
    Close(Delimiter),
    /// A string literal: what stands between its quotes, escapes as written.
    Text(String),
    Other,
}

/// The tokens of a file, without comments and documentation.
///
/// # Errors
/// When the file is not Rust; the message is the tokenizer's.
pub fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let stream: TokenStream = text.parse().map_err(|error| format!("{error}"))?;
    let mut tokens = Vec::new();
    flatten(stream, false, 0, &mut tokens);
    Ok(tokens)
}

fn flatten(stream: TokenStream, test: bool, depth: usize, out: &mut Vec<Token>) {
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    let mut test_item = false;
    let mut at = 0;
    while let Some(tree) = trees.get(at) {
        if let Some((length, attribute)) = attribute(&trees[at..]) {
            test_item |= attribute == Attribute::OnlyForTests;
            if attribute != Attribute::Other {
                at += length;
                continue;
            }
        }
        let test = test || test_item;
        let line = tree.span().start().line;
        let push = |kind, out: &mut Vec<Token>| {
            out.push(Token {
                kind,
                line,
                test,
                depth,
            })
        };
        match tree {
            TokenTree::Ident(word) => push(Kind::Word(word.to_string()), out),
            TokenTree::Punct(sign) => {
                push(Kind::Sign(sign.as_char()), out);
                test_item &= sign.as_char() != ';';
            }
            TokenTree::Literal(literal) => push(literal_kind(&literal.to_string()), out),
            TokenTree::Group(group) => {
                let inner = depth + usize::from(is_inline_module(&trees[..at], group.delimiter()));
                push(Kind::Open(group.delimiter()), out);
                flatten(group.stream(), test, inner, out);
                let end = group.span_close().start().line;
                out.push(Token {
                    kind: Kind::Close(group.delimiter()),
                    line: end,
                    test,
                    depth,
                });
                test_item &= group.delimiter() != Delimiter::Brace;
            }
        }
        at += 1;
    }
}

#[derive(PartialEq, Eq)]
enum Attribute {
    Documentation,
    OnlyForTests,
    Other,
}

fn attribute(trees: &[TokenTree]) -> Option<(usize, Attribute)> {
    let is = |tree: Option<&TokenTree>, sign| matches!(tree, Some(TokenTree::Punct(p)) if p.as_char() == sign);
    if !is(trees.first(), '#') {
        return None;
    }
    let at = if is(trees.get(1), '!') { 2 } else { 1 };
    let Some(TokenTree::Group(group)) = trees.get(at) else {
        return None;
    };
    if group.delimiter() != Delimiter::Bracket {
        return None;
    }
    let inner = group.stream().to_string().replace(' ', "");
    let attribute = if inner.starts_with("doc=") {
        Attribute::Documentation
    } else if inner == "cfg(test)" {
        Attribute::OnlyForTests
    } else {
        Attribute::Other
    };
    Some((at + 1, attribute))
}

fn is_inline_module(before: &[TokenTree], delimiter: Delimiter) -> bool {
    let [.., TokenTree::Ident(keyword), TokenTree::Ident(_name)] = before else {
        return false;
    };
    delimiter == Delimiter::Brace && keyword == "mod"
}

fn literal_kind(written: &str) -> Kind {
    let start = written
        .trim_start_matches(['b', 'c', 'r'])
        .trim_start_matches('#');
    match start.strip_prefix('"') {
        Some(rest) => Kind::Text(rest.trim_end_matches('#').trim_end_matches('"').to_owned()),
        None => Kind::Other,
    }
}

/// A path that a file names, one word per segment; `*` for a glob.
#[derive(Debug, PartialEq, Eq)]
pub struct Path {
    pub segments: Vec<String>,
    pub line: usize,
    pub test: bool,
    /// As [`Token::depth`].
    pub depth: usize,
}

/// Every path of at least two segments, with `use` trees written out.
pub fn paths(tokens: &[Token]) -> Vec<Path> {
    let mut paths = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let starts = matches!(tokens[at].kind, Kind::Word(_)) && joined(tokens, at + 1);
        if starts {
            at = expand(tokens, at, &mut Vec::new(), &mut paths);
        }
        at += 1;
    }
    paths
}

fn joined(tokens: &[Token], at: usize) -> bool {
    let colon = |at: usize| {
        tokens
            .get(at)
            .is_some_and(|token| token.kind == Kind::Sign(':'))
    };
    colon(at) && colon(at + 1)
}

/// Follows one path from `at`; returns where its last token stands.
fn expand(tokens: &[Token], at: usize, so_far: &mut Vec<String>, out: &mut Vec<Path>) -> usize {
    let Some(token) = tokens.get(at) else {
        return at;
    };
    let emit = |segments: Vec<String>, out: &mut Vec<Path>| {
        if segments.len() > 1 {
            out.push(Path {
                segments,
                line: token.line,
                test: token.test,
                depth: token.depth,
            });
        }
    };
    match &token.kind {
        Kind::Word(word) => {
            so_far.push(word.clone());
            let end = if joined(tokens, at + 1) {
                expand(tokens, at + 3, so_far, out)
            } else {
                emit(so_far.clone(), out);
                at
            };
            so_far.pop();
            end
        }
        Kind::Sign('*') => {
            so_far.push("*".to_owned());
            emit(so_far.clone(), out);
            so_far.pop();
            at
        }
        Kind::Open(Delimiter::Brace) => {
            let mut next = at + 1;
            while let Some(inner) = tokens.get(next) {
                match inner.kind {
                    Kind::Close(_) => return next,
                    Kind::Word(ref word) if word != "as" => {
                        next = expand(tokens, next, so_far, out) + 1;
                    }
                    Kind::Word(_) => next += 2,
                    Kind::Sign('*') => next = expand(tokens, next, so_far, out) + 1,
                    _ => next += 1,
                }
            }
            next
        }
        // `Vec::<u8>::new`: what comes before the type is the path.
        _ => {
            emit(so_far.clone(), out);
            at.saturating_sub(1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Vec<String> {
        let tokens = tokens(text).expect("Rust");
        paths(&tokens)
            .into_iter()
            .map(|path| path.segments.join("::"))
            .collect()
    }

    #[test]
    fn use_trees_are_written_out() {
        assert_eq!(
            named("use crate::{org::{Scope, Unit as U}, people, metrics::*}; fn f() { a::b(); }"),
            [
                "crate::org::Scope",
                "crate::org::Unit",
                "crate::people",
                "crate::metrics::*",
                "a::b"
            ]
        );
    }

    #[test]
    fn comments_documentation_and_strings_name_nothing() {
        assert_eq!(
            named("/// See crate::org.\n// crate::org\nconst A: &str = \"crate::org\";"),
            [""; 0]
        );
    }

    #[test]
    fn paths_inside_macros_and_before_generics_are_seen() {
        assert_eq!(
            named("fn f() { m!(crate::org::new::<u8>(x)); }"),
            ["crate::org::new"]
        );
    }

    #[test]
    fn only_items_of_tests_are_marked_as_such() {
        let tokens = tokens("#[cfg(test)] mod t { fn a() {} } fn b() {}").expect("Rust");
        let test = |name: &str| {
            tokens
                .iter()
                .find(|token| token.kind == Kind::Word(name.into()))
                .map(|token| (token.test, token.depth))
        };
        assert_eq!(test("a"), Some((true, 1)));
        assert_eq!(test("b"), Some((false, 0)));
    }

    #[test]
    fn strings_lose_their_quotes_and_keep_their_line() {
        let tokens = tokens("fn f() {\n r#\"SELECT 1\"# }").expect("Rust");
        let text = tokens
            .iter()
            .find(|token| matches!(token.kind, Kind::Text(_)))
            .expect("a text");
        assert_eq!(
            (text.kind.clone(), text.line),
            (Kind::Text("SELECT 1".into()), 2)
        );
    }
}
