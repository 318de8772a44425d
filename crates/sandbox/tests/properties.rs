//! What holds for all data, not for chosen cases.

use std::sync::Arc;

use grailstage_sandbox::load::record_to_json;
use grailstage_sandbox::store::{Table, TimeColumn};
use grailstage_sandbox::{EvaluationOptions, Record, Store, Value, evaluate};
use proptest::prelude::*;

/// Values of a few types, with few different ones of each, so that they meet.
fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Boolean),
        (-3_i64..4).prop_map(Value::Long),
        (-3_i64..4).prop_map(|value| Value::Double(value as f64 / 2.0)),
        "[ab]{0,2}".prop_map(Value::string),
        (0_i64..3).prop_map(Value::Timestamp),
    ]
}

fn records() -> impl Strategy<Value = Vec<Record>> {
    let record = (value(), value(), 0_i64..5).prop_map(|(a, b, k)| {
        let record = Record::new().with("a", a).with("k", k);
        // Some records lack the field.
        if matches!(b, Value::Boolean(true)) { record } else { record.with("b", b) }
    });
    proptest::collection::vec(record, 0..30)
}

/// Conditions over the fields of [`records`], any of which may be null.
fn condition() -> impl Strategy<Value = String> {
    let operand =
        prop_oneof![Just("a"), Just("b"), Just("k"), Just("1"), Just("\"a\""), Just("null"), Just("0.5")];
    let operator = prop_oneof![Just("=="), Just("!="), Just("<"), Just(">=")];
    let simple = (operand.clone(), operator, operand)
        .prop_map(|(left, operator, right)| format!("{left} {operator} {right}"));
    simple.prop_recursive(3, 12, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(left, right)| format!("({left} and {right})")),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| format!("({left} or {right})")),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| format!("({left} xor {right})")),
            inner.prop_map(|inner| format!("(not {inner})")),
        ]
    })
}

fn run(records: &[Record], query: &str) -> Vec<serde_json::Value> {
    let mut store = Store::default();
    let table =
        |records: &[Record]| Table::new(records.iter().cloned().map(Arc::new).collect(), TimeColumn::None);
    store.insert_table("logs", table(records));
    let (first, second) = records.split_at(records.len() / 2);
    store.insert_table("events", table(first));
    store.insert_table("bizevents", table(second));
    match evaluate(query, &store, &EvaluationOptions::at(0)) {
        Ok(found) => found.records.iter().map(record_to_json).collect(),
        Err(error) => vec![error.to_string().into()],
    }
}

proptest! {
    #[test]
    fn two_filters_are_one_with_and(records in records(), p in condition(), q in condition()) {
        prop_assert_eq!(
            run(&records, &format!("fetch logs | filter {p} | filter {q}")),
            run(&records, &format!("fetch logs | filter {p} and {q}"))
        );
    }

    #[test]
    fn filter_and_filter_out_part_the_records(records in records(), p in condition()) {
        let kept = run(&records, &format!("fetch logs | filter {p}")).len();
        let left = run(&records, &format!("fetch logs | filterOut {p}")).len();
        prop_assert_eq!(kept + left, records.len());
    }

    #[test]
    fn a_negated_filter_loses_what_is_unknown(records in records(), p in condition()) {
        let count = |condition: &str| run(&records, &format!("fetch logs | filter {condition}")).len();
        prop_assert_eq!(count(&p) + count(&format!("not {p}")) + count(&format!("isNull({p})")), records.len());
    }

    #[test]
    fn summarize_by_nothing_is_a_fold(records in records()) {
        let longs: Vec<i64> = records.iter().filter_map(|record| record.get("k")?.as_long()).collect();
        let found = run(&records, "fetch logs | summarize n = count(), s = sum(k), least = min(k), most = max(k)");
        let sum = (!longs.is_empty()).then(|| longs.iter().sum::<i64>() as f64);
        prop_assert_eq!(found, vec![serde_json::json!({
            "n": records.len(), "s": sum, "least": longs.iter().min(), "most": longs.iter().max(),
        })]);
    }

    #[test]
    fn groups_make_up_the_whole(records in records()) {
        let groups = run(&records, "fetch logs | summarize n = count(), by: {a, b}");
        let counted: i64 = groups.iter().filter_map(|group| group.get("n")?.as_i64()).sum();
        prop_assert_eq!(counted, records.len() as i64);
        prop_assert_eq!(groups.len(), run(&records, "fetch logs | dedup {a, b}").len());
    }

    #[test]
    fn append_of_a_split_is_the_whole(records in records()) {
        prop_assert_eq!(run(&records, "fetch events | append [fetch bizevents]"), run(&records, "fetch logs"));
    }

    #[test]
    fn sorting_orders_all_types_and_keeps_all_records(records in records()) {
        let once = run(&records, "fetch logs | sort a, b desc, k");
        prop_assert_eq!(once.len(), records.len());
        prop_assert_eq!(&run(&records, "fetch logs | sort k | sort a, b desc, k"), &once);
    }

    #[test]
    fn no_text_makes_the_evaluator_panic(query in "[a-c|, ()\\[\\]{}=<>@0-9\"`:.+*-]{0,40}") {
        run(&[], &format!("data record(a = 1, b = \"x\") | fields {query}"));
        run(&[], &query);
    }

    #[test]
    fn no_pattern_makes_the_parser_panic(pattern in "[A-Z:'\\[\\](){}|*+?,<>!$=; -]{0,30}", text in "[A-Za-z0-9 =,]{0,20}") {
        let quote = |text: &str| serde_json::to_string(text).unwrap_or_default();
        run(&[], &format!("data record(c = {}) | parse c, {}", quote(&text), quote(&pattern)));
    }
}
