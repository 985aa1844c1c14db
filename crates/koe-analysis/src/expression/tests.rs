use proptest::prelude::*;

use super::*;

fn answers(name: &str) -> Option<f64> {
    match name {
        "q1" => Some(4.0),
        "q2" => Some(2.0),
        "q3" => Some(9.0),
        "zero" => Some(0.0),
        "field:orders:returned" => Some(0.25),
        "注文数" => Some(8.0),
        "満足度 (全体)" => Some(5.0),
        _ => None,
    }
}

fn value(formula: &str) -> Option<f64> {
    parse(formula)
        .unwrap_or_else(|error| panic!("{formula}: {error}"))
        .evaluate(&answers)
}

#[test]
fn formulas_have_the_value_school_arithmetic_gives() {
    let cases = [
        ("(q1 + q2) / 2 - 1.5", 1.5),
        ("q1 + q2 * q3", 22.0),
        ("q3 - q1 - q2", 3.0),
        ("q3 / q1 / 2", 1.125),
        ("q3 - (q1 - q2)", 7.0),
        ("-q1 + q3", 5.0),
        ("q1 - -q2", 6.0),
        ("--q1", 4.0),
        ("+q1", 4.0),
        ("-(q1 + q2)", -6.0),
        ("2 * -q2", -4.0),
        ("mean(q1, q2, q3)", 5.0),
        ("sum(q1, q2)", 6.0),
        ("min(q1, q2, q3)", 2.0),
        ("MAX(q1, q2 * 10)", 20.0),
        ("abs(q2 - q3)", 7.0),
        ("1e2 + .5 + 1.5E-1", 100.65),
        ("field:orders:returned * 100", 25.0),
        ("`満足度 (全体)` + 注文数", 13.0),
        ("（ｑ１＋ｑ２）÷２", 3.0),
        ("q1×q2−1", 7.0),
        ("mean（q1、q2）", 3.0),
        ("\t q1\n+\u{3000}q2 ", 6.0),
    ];
    for (formula, expected) in cases {
        let value = value(formula).unwrap();
        assert!((value - expected).abs() < 1e-12, "{formula}: {value}");
    }
}

#[test]
fn what_is_missing_stays_missing_but_functions_use_what_is_there() {
    let cases = [
        ("q1 + none", None),
        ("-none", None),
        ("q1 / zero", None),
        ("zero / zero", None),
        ("1e308 * 10", None),
        ("0 * none", None),
        ("mean(q1, none)", Some(4.0)),
        ("mean(none)", None),
        ("sum(q1, none, q2)", Some(6.0)),
        ("sum(none, nothing)", None),
        ("min(none, q2)", Some(2.0)),
        ("max(none, nothing)", None),
        ("abs(none)", None),
        ("mean(q1 / zero, q2)", Some(2.0)),
    ];
    for (formula, expected) in cases {
        assert_eq!(value(formula), expected, "{formula}");
    }
}

#[test]
fn problems_say_what_and_where() {
    let name = |text: &str| text.to_owned();
    let long = "1".repeat(MAX_LENGTH + 1);
    let deep = format!(
        "{}1{}",
        "(".repeat(MAX_DEPTH + 1),
        ")".repeat(MAX_DEPTH + 1)
    );
    let minuses = format!("{}1", "-".repeat(MAX_DEPTH + 1));
    let chain = vec!["1"; MAX_DEPTH + 1].join("+");
    let cases = [
        ("", 0, Problem::Empty),
        ("  ", 2, Problem::Empty),
        ("q1 +", 4, Problem::EndsEarly),
        ("q1 + * q2", 5, Problem::ExpectedValue(name("*"))),
        ("q1 q2", 3, Problem::ExpectedOperator(name("q2"))),
        ("q1 2", 3, Problem::ExpectedOperator(name("2"))),
        ("満足 満足", 3, Problem::ExpectedOperator(name("満足"))),
        ("(q1 + q2", 0, Problem::Unclosed),
        ("2 * mean(q1, q2", 8, Problem::Unclosed),
        ("q1 + q2)", 7, Problem::Unopened),
        ("()", 1, Problem::ExpectedValue(name(")"))),
        ("(q1, q2)", 3, Problem::ExpectedOperator(name(","))),
        ("q1 & q2", 3, Problem::UnexpectedCharacter('&')),
        ("q1；DROP", 2, Problem::UnexpectedCharacter('；')),
        ("2x", 0, Problem::NotANumber(name("2x"))),
        ("1.2.3", 0, Problem::NotANumber(name("1.2.3"))),
        ("1e999", 0, Problem::NotANumber(name("1e999"))),
        (".", 0, Problem::NotANumber(name("."))),
        ("1 + `q", 4, Problem::BadName),
        ("``", 0, Problem::BadName),
        (
            "1 + median(q1)",
            4,
            Problem::UnknownFunction(name("median")),
        ),
        ("mean()", 0, Problem::Arguments(Function::Mean)),
        ("1 + abs(q1, q2)", 4, Problem::Arguments(Function::Abs)),
        ("mean(q1,)", 8, Problem::ExpectedValue(name(")"))),
        (long.as_str(), MAX_LENGTH, Problem::TooLong),
        (deep.as_str(), MAX_DEPTH, Problem::TooDeep),
        (minuses.as_str(), MAX_DEPTH, Problem::TooDeep),
        (chain.as_str(), chain.len() - 2, Problem::TooDeep),
    ];
    for (formula, position, problem) in cases {
        let error = parse(formula).unwrap_err();
        assert_eq!(
            (error.position, &error.problem),
            (position, &problem),
            "{formula}"
        );
        assert!(
            error
                .to_string()
                .contains(&format!("character {}", position + 1))
        );
        assert!(!problem.code().contains(' '));
    }
    let told = parse("1 + median(q1)").unwrap_err().to_string();
    assert!(told.contains("mean, sum, min, max, abs"), "{told}");
}

#[test]
fn the_limits_themselves_are_allowed() {
    let chain = vec!["1"; MAX_DEPTH].join("+");
    assert_eq!(value(&chain), Some(MAX_DEPTH as f64));
    let sum = format!("sum({})", vec!["1"; 500].join(","));
    assert_eq!(value(&sum), Some(500.0));
    let long = format!("1{}", " ".repeat(MAX_LENGTH - 1));
    assert_eq!(value(&long), Some(1.0));
    let nested = format!(
        "{}q1{}",
        "abs(".repeat(MAX_DEPTH - 1),
        ")".repeat(MAX_DEPTH - 1)
    );
    let tree = parse(&nested).unwrap();
    let json = serde_json::to_string(&tree).unwrap();
    assert_eq!(serde_json::from_str::<Expression>(&json).unwrap(), tree);
}

#[test]
fn operands_are_listed_once() {
    let tree = parse("mean(q2, q1) + q2 * `満足度 (全体)` - abs(-q1)").unwrap();
    let names: Vec<&str> = tree.operands().into_iter().collect();
    assert_eq!(names, ["q1", "q2", "満足度 (全体)"]);
}

#[test]
fn a_formula_is_written_with_no_more_brackets_than_it_needs() {
    let cases = [
        ("((q1)+(q2))/2", "(q1 + q2) / 2"),
        ("q1-(q2-q3)", "q1 - (q2 - q3)"),
        ("(q1-q2)-q3", "q1 - q2 - q3"),
        ("(q1*q2)+q3", "q1 * q2 + q3"),
        ("-(q1+q2)", "-(q1 + q2)"),
        ("q1/(q2*q3)", "q1 / (q2 * q3)"),
        ("Mean( q1,q2 )", "mean(q1, q2)"),
        ("`満足度 (全体)`+`q1`", "`満足度 (全体)` + q1"),
        ("1e300 + 0.5 + 3", "1e300 + 0.5 + 3"),
    ];
    for (formula, expected) in cases {
        assert_eq!(parse(formula).unwrap().to_string(), expected);
    }
}

#[test]
fn trees_travel_as_readable_json_and_are_checked() {
    let json = serde_json::to_value(parse("mean(q1, 2) - 1").unwrap()).unwrap();
    assert_eq!(json["kind"], "binary");
    assert_eq!(json["operator"], "subtract");
    assert_eq!(json["left"]["function"], "mean");
    assert_eq!(json["left"]["arguments"][0]["name"], "q1");
    assert!(serde_json::from_str::<Expression>(r#"{"kind":"number","value":1,"x":2}"#).is_err());

    let operand = |name: &str| Expression::Operand { name: name.into() };
    let call = |function, arguments| Expression::Call {
        function,
        arguments,
    };
    let mut deep = operand("a");
    for _ in 0..MAX_DEPTH {
        deep = Expression::Negate { of: Box::new(deep) };
    }
    let infinite = Expression::Number {
        value: f64::INFINITY,
    };
    let wide = call(Function::Sum, vec![operand("a"); MAX_LENGTH]);
    let cases = [
        (deep, Problem::TooDeep),
        (wide, Problem::TooLong),
        (operand(""), Problem::BadName),
        (operand("a`b"), Problem::BadName),
        (infinite, Problem::NotANumber("inf".into())),
        (
            call(Function::Mean, vec![]),
            Problem::Arguments(Function::Mean),
        ),
        (
            call(Function::Abs, vec![operand("a"), operand("b")]),
            Problem::Arguments(Function::Abs),
        ),
    ];
    for (tree, expected) in cases {
        assert_eq!(tree.validate(), Err(expected));
    }
}

fn tree() -> impl Strategy<Value = Expression> {
    let leaf = prop_oneof![
        (0_i32..1_000_000).prop_map(|eighths| Expression::Number {
            value: f64::from(eighths) / 8.0
        }),
        prop::sample::select(vec![0.0, 1e-300, 1e300, 0.1])
            .prop_map(|value| Expression::Number { value }),
        "[a-z_][a-z0-9_.:]{0,6}|[ぁ-ん一-龠 +(]{1,5}".prop_map(|name| Expression::Operand { name }),
    ];
    leaf.prop_recursive(6, 40, 4, |inner| {
        let operator = prop::sample::select(vec![
            Operator::Add,
            Operator::Subtract,
            Operator::Multiply,
            Operator::Divide,
        ]);
        let function = prop::sample::select(Function::ALL.to_vec());
        prop_oneof![
            inner
                .clone()
                .prop_map(|of| Expression::Negate { of: Box::new(of) }),
            (operator, inner.clone(), inner.clone()).prop_map(|(operator, left, right)| {
                Expression::Binary {
                    operator,
                    left: Box::new(left),
                    right: Box::new(right),
                }
            }),
            (function, prop::collection::vec(inner, 1..4)).prop_map(|(function, mut arguments)| {
                if function.takes_one() {
                    arguments.truncate(1);
                }
                Expression::Call {
                    function,
                    arguments,
                }
            }),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back_as_the_same_tree(tree in tree()) {
        let written = tree.to_string();
        prop_assert_eq!(tree.validate(), Ok(()));
        prop_assert_eq!(parse(&written), Ok(tree), "{}", written);
    }

    #[test]
    fn a_tree_survives_json(tree in tree()) {
        let json = serde_json::to_string(&tree).unwrap();
        prop_assert_eq!(serde_json::from_str::<Expression>(&json).unwrap(), tree);
    }

    #[test]
    fn no_text_does_harm(formula in "[q0-9a-z+*/() .,`×（e-]{0,80}") {
        match parse(&formula) {
            Ok(tree) => {
                prop_assert_eq!(tree.validate(), Ok(()));
                prop_assert!(tree.evaluate(&|_| Some(0.5)).is_none_or(f64::is_finite));
            }
            Err(error) => prop_assert!(error.position <= formula.chars().count()),
        }
    }

    #[test]
    fn any_text_at_all_is_read_or_refused(formula in any::<String>()) {
        if let Err(error) = parse(&formula) {
            prop_assert!(error.position <= formula.chars().count());
        }
    }
}
