//! Laws of reading and printing, over generated values and trees.

mod trees;

use grailstage_dql::ast::{Expression, ExpressionKind, Literal, Query, StringStyle, Value};
use grailstage_dql::builder::{fetch, field};
use grailstage_dql::{Dialect, parse, parse_recovering, print};
use proptest::prelude::*;

/// Any text, with a liking for what could end a literal.
fn hostile_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => proptest::collection::vec(any::<char>(), 0..6).prop_map(String::from_iter),
        5 => proptest::sample::select(vec![
            "\"", "\"\"", "\"\"\"", "\"\"\"\"", "\\", "\\\\", "\\\"", "`", "\\`", "'", "|", "| limit 0", "//", "/*", "*/",
            "\n", "\r\n", "\t", "\0", "\u{a0}", "\u{feff}", "${x}", "$", "{", "}", "]", ")", ",", "by:{x}", "a.b", " ",
            "\u{2028}", "é", "𝄞", "\\n", "\\u0022", "and", "not",
        ]).prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// The only condition of a query `fetch logs | filter …`, if that is all there is.
fn only_condition(query: &Query) -> Option<&Expression> {
    let [_, filter] = query.commands.as_slice() else { return None };
    match filter.parameters.as_slice() {
        [parameter] if parameter.name.is_none() => match &parameter.value {
            Value::Expression(expression) => Some(expression),
            _ => None,
        },
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_as_a_string_reads_back_as_that_one_value(value in hostile_text(), triple in any::<bool>()) {
        let style = if triple { StringStyle::TripleQuoted } else { StringStyle::Quoted };
        let mut literal = Expression::from(value.clone());
        literal.kind = ExpressionKind::Literal(Literal::String { value: value.as_str().into(), style });
        let query = fetch("logs").filter(literal).build();
        let read = parse(&print(&query)).unwrap();
        let condition = only_condition(&read).unwrap();
        let ExpressionKind::Literal(Literal::String { value: read_value, .. }) = &condition.kind else {
            return Err(TestCaseError::fail("no string"));
        };
        prop_assert_eq!(read_value, &value);
    }

    #[test]
    fn any_text_as_a_field_name_reads_back_as_that_one_name(name in hostile_text()) {
        let query = fetch("logs").filter(field(&name)).build();
        let read = parse(&print(&query)).unwrap();
        let ExpressionKind::Field(read_name) = &only_condition(&read).unwrap().kind else {
            return Err(TestCaseError::fail("no field"));
        };
        prop_assert_eq!(&read_name.name, &name);
    }

    #[test]
    fn any_number_reads_back_as_that_number(long in any::<i64>(), double in any::<f64>()) {
        let query = fetch("logs").filter(Expression::from(long).eq(double)).build();
        prop_assert_eq!(parse(&print(&query)).unwrap(), query);
    }

    #[test]
    fn reading_never_panics_and_reports_in_bounds(text in hostile_text()) {
        for dialect in [Dialect::Query, Dialect::Snippet, Dialect::Template] {
            for diagnostic in parse_recovering(&text, dialect).diagnostics {
                prop_assert!(diagnostic.span.start <= diagnostic.span.end && diagnostic.span.end <= text.len());
                prop_assert!(!diagnostic.render(&text, "-").is_empty());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_built_tree_prints_to_itself(query in trees::built_query()) {
        let text = print(&query);
        prop_assert_eq!(parse(&text), Ok(query), "{}", text);
    }

    #[test]
    fn a_tree_made_by_hand_prints_to_itself_but_for_parentheses(query in trees::raw_query()) {
        let text = print(&query);
        let read = parse(&text).map_err(|errors| {
            TestCaseError::fail(format!("{}{text}", errors.first().unwrap().render(&text, "-")))
        })?;
        prop_assert_eq!(trees::bare(&read), trees::bare(&query), "{}", text);
        prop_assert_eq!(print(&read), text.clone());
        prop_assert_eq!(parse(&print(&read)), Ok(read), "{}", text);
    }
}
