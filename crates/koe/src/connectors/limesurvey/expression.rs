//! The part of ExpressionScript that conditions are written in: variables, constants,
//! comparisons, `and`, `or`, `not`, brackets, `is_empty()`.

/// An expression as it is written.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    Or(Vec<Expression>),
    And(Vec<Expression>),
    Not(Box<Expression>),
    Compare(Box<Expression>, Comparison, Box<Expression>),
    Call(String, Vec<Expression>),
    Variable(String),
    Words(String),
    Number(f64),
}

/// How two sides are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Comparison {
    /// The comparison with its sides exchanged.
    pub fn mirrored(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::AtMost => Self::AtLeast,
            Self::Greater => Self::Less,
            Self::AtLeast => Self::AtMost,
            same => same,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Name(String),
    Words(String),
    Number(f64),
    Sign(&'static str),
}

/// The deepest nesting that is read.
const DEEPEST: usize = 40;
/// The longest expression that is read, in bytes; five hundred tests need less.
const LONGEST: usize = 50_000;

/// Reads an expression; none when it is not of this part of the language.
pub fn read(text: &str) -> Option<Expression> {
    if text.len() > LONGEST {
        return None;
    }
    let tokens = tokens(text)?;
    let mut reader = Reader {
        tokens,
        at: 0,
        depth: 0,
    };
    let expression = reader.or()?;
    (reader.at == reader.tokens.len()).then_some(expression)
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    const SIGNS: [&str; 16] = [
        "==", "!=", "<=", ">=", "&&", "||", "<", ">", "(", ")", ",", "!", "=", "+", "-", "*",
    ];
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(character) = rest.chars().next() {
        if character == '"' || character == '\'' {
            let end = rest[1..].find(character)?;
            tokens.push(Token::Words(rest[1..=end].to_owned()));
            rest = &rest[end + 2..];
        } else if character.is_ascii_digit() && !is_name(rest) {
            let end = rest
                .find(|c: char| !(c.is_ascii_digit() || c == '.'))
                .unwrap_or(rest.len());
            tokens.push(Token::Number(rest[..end].parse().ok()?));
            rest = &rest[end..];
        } else if character.is_ascii_alphanumeric() || character == '_' {
            let end = rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || "_.:#-".contains(c)))
                .unwrap_or(rest.len());
            let name = rest[..end].trim_end_matches('-');
            tokens.push(match name.to_ascii_lowercase().as_str() {
                "and" => Token::Sign("&&"),
                "or" => Token::Sign("||"),
                "not" => Token::Sign("!"),
                "eq" => Token::Sign("=="),
                "ne" => Token::Sign("!="),
                "lt" => Token::Sign("<"),
                "le" => Token::Sign("<="),
                "gt" => Token::Sign(">"),
                "ge" => Token::Sign(">="),
                _ => Token::Name(name.to_owned()),
            });
            rest = &rest[name.len()..];
        } else {
            let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign))?;
            tokens.push(Token::Sign(sign));
            rest = &rest[sign.len()..];
        }
        rest = rest.trim_start();
    }
    Some(tokens)
}

/// A name that begins with a digit: the survey-group-question code `616667X119X250`.
fn is_name(text: &str) -> bool {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text[end..].starts_with('X')
}

/// One part is itself. Many are side by side, not one inside the other: a chain of a hundred
/// alternatives is no deeper than one of two.
fn alone(mut parts: Vec<Expression>, of: fn(Vec<Expression>) -> Expression) -> Expression {
    if parts.len() == 1 {
        parts.swap_remove(0)
    } else {
        of(parts)
    }
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Reader {
    fn sign(&mut self, wanted: &[&str]) -> Option<&'static str> {
        match self.tokens.get(self.at) {
            Some(Token::Sign(sign)) if wanted.contains(sign) => {
                self.at += 1;
                Some(sign)
            }
            _ => None,
        }
    }

    fn or(&mut self) -> Option<Expression> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let first = self.and()?;
        let mut parts = vec![first];
        while self.sign(&["||"]).is_some() {
            parts.push(self.and()?);
        }
        self.depth -= 1;
        Some(alone(parts, Expression::Or))
    }

    fn and(&mut self) -> Option<Expression> {
        let mut parts = vec![self.not()?];
        while self.sign(&["&&"]).is_some() {
            parts.push(self.not()?);
        }
        Some(alone(parts, Expression::And))
    }

    fn not(&mut self) -> Option<Expression> {
        let mut turns = 0;
        while self.sign(&["!"]).is_some() {
            turns += 1;
        }
        let inner = self.comparison()?;
        Some(if turns % 2 == 1 {
            Expression::Not(Box::new(inner))
        } else {
            inner
        })
    }

    fn comparison(&mut self) -> Option<Expression> {
        let left = self.value()?;
        let sign = self.sign(&["==", "=", "!=", "<=", ">=", "<", ">"]);
        let comparison = match sign {
            None => return Some(left),
            Some("!=") => Comparison::NotEqual,
            Some("<=") => Comparison::AtMost,
            Some(">=") => Comparison::AtLeast,
            Some("<") => Comparison::Less,
            Some(">") => Comparison::Greater,
            Some(_) => Comparison::Equal,
        };
        let right = self.value()?;
        Some(Expression::Compare(
            Box::new(left),
            comparison,
            Box::new(right),
        ))
    }

    fn value(&mut self) -> Option<Expression> {
        if self.sign(&["("]).is_some() {
            let inner = self.or()?;
            self.sign(&[")"])?;
            return Some(inner);
        }
        if self.sign(&["-"]).is_some() {
            let Some(Token::Number(number)) = self.tokens.get(self.at).cloned() else {
                return None;
            };
            self.at += 1;
            return Some(Expression::Number(-number));
        }
        let token = self.tokens.get(self.at)?.clone();
        self.at += 1;
        match token {
            Token::Words(words) => Some(Expression::Words(words)),
            Token::Number(number) => Some(Expression::Number(number)),
            Token::Sign(_) => None,
            Token::Name(name) if self.sign(&["("]).is_some() => {
                let mut arguments = Vec::new();
                if self.sign(&[")"]).is_none() {
                    loop {
                        arguments.push(self.or()?);
                        if self.sign(&[","]).is_none() {
                            break;
                        }
                    }
                    self.sign(&[")"])?;
                }
                Some(Expression::Call(name, arguments))
            }
            Token::Name(name) => Some(Expression::Variable(name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_as_the_editor_writes_them_are_read() {
        let read = read("((Q1.NAOK == \"Y\" or 616667X119X250SQ001 != 'A') and !is_empty(Q2))");
        let Some(Expression::And(parts)) = read else {
            panic!("{read:?}");
        };
        let [Expression::Or(_), Expression::Not(inner)] = &parts[..] else {
            panic!("{parts:?}");
        };
        assert_eq!(
            **inner,
            Expression::Call("is_empty".into(), vec![Expression::Variable("Q2".into())])
        );
    }

    #[test]
    fn a_long_chain_is_no_deeper_than_a_short_one() {
        let chain = vec!["Q1 == 1"; 200].join(" or ");
        assert!(matches!(read(&chain), Some(Expression::Or(parts)) if parts.len() == 200));
    }

    #[test]
    fn what_is_not_of_the_language_is_refused_and_never_panics() {
        for text in [
            "",
            "(",
            "Q1 ==",
            "\"open",
            "Q1 === 2",
            "あ",
            "1 2",
            "-",
            "Q1 + 1 == 2",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&"(".repeat(100_000)), None);
        assert_eq!(read(&"!".repeat(100_000)), None);
        assert_eq!(read(&"a or ".repeat(100_000)), None);
    }
}
