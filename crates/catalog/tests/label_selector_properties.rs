//! Label selectors of any shape: printing and reading are each other's inverse, and no text is too odd to refuse.

#![expect(clippy::unwrap_used, reason = "generators are test code, outside of test functions")]

use std::collections::BTreeMap;

use grailstage_catalog::{LabelKey, LabelSelector, LabelValue, LabelValues, Operator, Requirement};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

fn label_key() -> impl Strategy<Value = LabelKey> {
    let key = prop_oneof![
        "([a-z0-9]{1,5}(-[a-z0-9]{1,3})?\\.){0,2}[a-z0-9]{1,5}/[A-Za-z0-9]([A-Za-z0-9_.-]{0,8}[A-Za-z0-9])?",
        "[A-Za-z0-9]([A-Za-z0-9_.-]{0,8}[A-Za-z0-9])?",
        Just("in".to_owned()),
        Just("notin".to_owned()),
    ];
    key.prop_map(|key| LabelKey::new(&key).unwrap())
}

fn label_value() -> impl Strategy<Value = LabelValue> {
    let value = prop_oneof!["", "[A-Za-z0-9]([A-Za-z0-9_.-]{0,8}[A-Za-z0-9])?", Just("in".to_owned())];
    value.prop_map(|value| LabelValue::new(&value).unwrap())
}

fn label_values() -> impl Strategy<Value = LabelValues> {
    (label_value(), vec(label_value(), 0..4)).prop_map(|(first, others)| LabelValues::new(first, others))
}

fn operator() -> impl Strategy<Value = Operator> {
    prop_oneof![
        label_values().prop_map(Operator::In),
        label_values().prop_map(Operator::NotIn),
        label_value().prop_map(Operator::Equals),
        label_value().prop_map(Operator::NotEquals),
        Just(Operator::Exists),
        Just(Operator::DoesNotExist),
        (0..=i64::MAX).prop_map(Operator::GreaterThan),
        (0..=i64::MAX).prop_map(Operator::LessThan),
    ]
}

/// Selectors as the parser would order them.
fn label_selector() -> impl Strategy<Value = LabelSelector> {
    vec((label_key(), operator()), 0..5).prop_map(|requirements| {
        let mut requirements: Vec<_> =
            requirements.into_iter().map(|(key, operator)| Requirement { key, operator }).collect();
        requirements.sort_by(|left, right| left.key.cmp(&right.key));
        LabelSelector { requirements }
    })
}

/// Text that looks enough like a selector to get far into the parser.
fn selector_like_text() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        Just("a"),
        Just("b.c/d"),
        Just("in"),
        Just("notin"),
        Just("1"),
        Just("-"),
        Just("="),
        Just("=="),
        Just("!="),
        Just("!"),
        Just("<"),
        Just(">"),
        Just("("),
        Just(")"),
        Just(","),
        Just(" "),
        Just("\n"),
        Just("ü"),
        Just("\0"),
    ];
    vec(pieces, 0..14).prop_map(|pieces| pieces.concat())
}

/// Bytes of any kind, as text.
fn byte_soup() -> impl Strategy<Value = String> {
    vec(any::<u8>(), 0..64).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_printed_selector_reads_back_as_itself(selector in label_selector()) {
        prop_assert_eq!(LabelSelector::parse(&selector.to_string()).unwrap(), selector);
    }

    #[test]
    fn canonical_text_is_a_fixpoint(text in selector_like_text()) {
        if let Ok(selector) = LabelSelector::parse(&text) {
            let canonical = selector.to_string();
            prop_assert_eq!(LabelSelector::parse(&canonical).unwrap().to_string(), canonical);
        }
    }

    #[test]
    fn any_text_is_read_or_refused_at_a_place_within_it(text in prop_oneof![selector_like_text(), byte_soup()]) {
        if let Err(error) = LabelSelector::parse(&text) {
            let span = error.span().unwrap();
            prop_assert!(text.get(span.start..span.end).is_some());
            prop_assert!(!error.to_string().contains('\n'));
        }
    }

    #[test]
    fn opposite_operators_divide_all_objects(
        key in label_key(),
        values in label_values(),
        bystanders in btree_map("[a-c]", "[a-c]?", 0..3),
        own_value in proptest::option::of(label_value()),
    ) {
        let mut labels: BTreeMap<String, String> = bystanders;
        labels.remove(key.as_str());
        if let Some(value) = own_value {
            labels.insert(key.to_string(), value.to_string());
        }
        let matches = |operator| Requirement { key: key.clone(), operator }.matches(&labels);
        prop_assert_ne!(matches(Operator::In(values.clone())), matches(Operator::NotIn(values.clone())));
        prop_assert_ne!(matches(Operator::Exists), matches(Operator::DoesNotExist));
        for value in values.iter() {
            prop_assert_ne!(matches(Operator::Equals(value.clone())), matches(Operator::NotEquals(value.clone())));
        }
        let any_equals = values.iter().any(|value| matches(Operator::Equals(value.clone())));
        prop_assert_eq!(matches(Operator::In(values)), any_equals);
    }
}
