//! Tokens into a tree.

use super::syntax::{Placed, Token, tokens};
use super::{Expression, Function, InvalidExpression, MAX_DEPTH, Operator, Problem};

/// Reads a formula.
///
/// `*` and `/` bind stronger than `+` and `-`; equal ones from the left. Names
/// begin with a letter or `_` and go on with letters, digits, `_`, `.` and `:`;
/// any other name stands in back quotes. Full-width characters and `×`, `÷` count
/// as their plain forms. A name directly before a bracket is a function, in any
/// case of letters.
///
/// # Errors
/// The first problem, with the character it begins at.
pub fn parse(formula: &str) -> Result<Expression, InvalidExpression> {
    let tokens = tokens(formula)?;
    let mut parser = Parser {
        tokens: &tokens,
        at: 0,
        end: formula.chars().count(),
    };
    if tokens.is_empty() {
        return Err(parser.fail(Problem::Empty));
    }
    let (expression, _) = parser.sum(1)?;
    match parser.peek() {
        None => Ok(expression),
        Some(Token::Close) => Err(parser.fail(Problem::Unopened)),
        Some(token) => {
            let problem = Problem::ExpectedOperator(written(token));
            Err(parser.fail(problem))
        }
    }
}

/// The character at which an operand of that name first stands in a formula, from
/// 0; none when it does not, or the formula cannot be read.
#[must_use]
pub fn place_of(formula: &str, name: &str) -> Option<usize> {
    tokens(formula)
        .ok()?
        .into_iter()
        .find(|placed| matches!(&placed.token, Token::Name(found) if found == name))
        .map(|placed| placed.start)
}

struct Parser<'a> {
    tokens: &'a [Placed],
    at: usize,
    end: usize,
}

/// An expression and how deep it is nested.
type Parsed = Result<(Expression, usize), InvalidExpression>;

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|placed| &placed.token)
    }

    fn position(&self) -> usize {
        self.tokens
            .get(self.at)
            .map_or(self.end, |placed| placed.start)
    }

    fn fail(&self, problem: Problem) -> InvalidExpression {
        InvalidExpression {
            position: self.position(),
            problem,
        }
    }

    /// Takes an operator of the wanted ones, if one comes.
    fn operator(&mut self, wanted: [Operator; 2]) -> Option<Operator> {
        match self.peek() {
            Some(&Token::Operator(operator)) if wanted.contains(&operator) => {
                self.at += 1;
                Some(operator)
            }
            _ => None,
        }
    }

    fn sum(&mut self, depth: usize) -> Parsed {
        self.chain(depth, [Operator::Add, Operator::Subtract], Self::product)
    }

    fn product(&mut self, depth: usize) -> Parsed {
        self.chain(depth, [Operator::Multiply, Operator::Divide], Self::signed)
    }

    /// Operands of one rank, joined from the left. `depth` counts what lies
    /// around; a chain of n operators is a tree n deep, so both are limited.
    fn chain(
        &mut self,
        depth: usize,
        operators: [Operator; 2],
        operand: fn(&mut Self, usize) -> Parsed,
    ) -> Parsed {
        let (mut left, mut below) = operand(self, depth)?;
        loop {
            let position = self.position();
            let Some(operator) = self.operator(operators) else {
                return Ok((left, below));
            };
            let (right, right_below) = operand(self, depth + 1)?;
            below = below.max(right_below) + 1;
            if depth + below > MAX_DEPTH {
                return Err(InvalidExpression {
                    position,
                    problem: Problem::TooDeep,
                });
            }
            left = Expression::Binary {
                operator,
                left: Box::new(left),
                right: Box::new(right),
            };
        }
    }

    fn signed(&mut self, depth: usize) -> Parsed {
        if depth > MAX_DEPTH {
            return Err(self.fail(Problem::TooDeep));
        }
        match self.operator([Operator::Add, Operator::Subtract]) {
            Some(Operator::Subtract) => {
                let (of, below) = self.signed(depth + 1)?;
                Ok((Expression::Negate { of: Box::new(of) }, below + 1))
            }
            Some(_) => self.signed(depth + 1),
            None => self.value(depth),
        }
    }

    fn value(&mut self, depth: usize) -> Parsed {
        let start = self.position();
        let Some(token) = self.peek().cloned() else {
            return Err(self.fail(Problem::EndsEarly));
        };
        match token {
            Token::Number(value) => {
                self.at += 1;
                Ok((Expression::Number { value }, 0))
            }
            Token::Name(name) => {
                self.at += 1;
                if self.peek() == Some(&Token::Open) {
                    self.call(&name, start, depth)
                } else {
                    Ok((Expression::Operand { name }, 0))
                }
            }
            Token::Open => {
                self.at += 1;
                let (inside, below) = self.sum(depth + 1)?;
                self.close(start)?;
                Ok((inside, below))
            }
            other => Err(self.fail(Problem::ExpectedValue(written(&other)))),
        }
    }

    fn call(&mut self, name: &str, start: usize, depth: usize) -> Parsed {
        let at = |position, problem| InvalidExpression { position, problem };
        let function = Function::ALL
            .into_iter()
            .find(|function| function.name().eq_ignore_ascii_case(name))
            .ok_or_else(|| at(start, Problem::UnknownFunction(name.to_owned())))?;
        let open = self.position();
        self.at += 1;
        let mut arguments = Vec::new();
        let mut below = 0;
        if self.peek() != Some(&Token::Close) {
            loop {
                let (argument, argument_below) = self.sum(depth + 1)?;
                arguments.push(argument);
                below = below.max(argument_below);
                if self.peek() != Some(&Token::Comma) {
                    break;
                }
                self.at += 1;
            }
        }
        self.close(open)?;
        if arguments.is_empty() || function.takes_one() && arguments.len() > 1 {
            return Err(at(start, Problem::Arguments(function)));
        }
        Ok((
            Expression::Call {
                function,
                arguments,
            },
            below + 1,
        ))
    }

    fn close(&mut self, opened_at: usize) -> Result<(), InvalidExpression> {
        match self.peek() {
            Some(Token::Close) => {
                self.at += 1;
                Ok(())
            }
            None => Err(InvalidExpression {
                position: opened_at,
                problem: Problem::Unclosed,
            }),
            Some(token) => {
                let problem = Problem::ExpectedOperator(written(token));
                Err(self.fail(problem))
            }
        }
    }
}

/// A token as it may be shown in a message.
fn written(token: &Token) -> String {
    match token {
        Token::Number(value) => value.to_string(),
        Token::Name(name) => name.clone(),
        Token::Operator(operator) => operator.sign().to_string(),
        Token::Open => "(".to_owned(),
        Token::Close => ")".to_owned(),
        Token::Comma => ",".to_owned(),
    }
}
