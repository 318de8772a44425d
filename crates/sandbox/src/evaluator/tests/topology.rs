use std::sync::Arc;

use super::{assert_records, run_on};
use crate::record::Record;
use crate::store::{Store, Table, TimeColumn};
use crate::value::Value;

/// pod-a and pod-b are part of a deployment, which belongs to a namespace.
fn store() -> Store {
    let id = |kind: &str, number: u8| Value::smartscape_id(format!("{kind}-{number:016X}"));
    let mut store = Store::default();
    for (kind, number, name) in [
        ("K8S_POD", 1, "pod-a"),
        ("K8S_POD", 2, "pod-b"),
        ("K8S_DEPLOYMENT", 3, "cart"),
        ("K8S_NAMESPACE", 4, "shop"),
    ] {
        let node = Record::new().with("id", id(kind, number)).with("type", kind).with("name", name);
        store.push_node(Arc::new(node));
    }
    for (source, source_number, kind, target, target_number) in [
        ("K8S_POD", 1, "is_part_of", "K8S_DEPLOYMENT", 3),
        ("K8S_POD", 2, "is_part_of", "K8S_DEPLOYMENT", 3),
        ("K8S_DEPLOYMENT", 3, "belongs_to", "K8S_NAMESPACE", 4),
    ] {
        store.push_edge(Arc::new(
            Record::new()
                .with("source_id", id(source, source_number))
                .with("source_type", source)
                .with("type", kind)
                .with("target_id", id(target, target_number))
                .with("target_type", target),
        ));
    }
    let host =
        Record::new().with("id", "HOST-0000000000000001").with("entity.name", "alpha").with("cores", 4_i64);
    store.insert_table(
        "dt.entity.host",
        Table::new(vec![Arc::new(host)], TimeColumn::None).with_default_columns(&["id", "entity.name"]),
    );
    let row = |owner: &str| Arc::new(Record::new().with("owner", owner));
    store.insert_table("/lookups/owners", Table::new(vec![row("a"), row("b")], TimeColumn::None));
    store
}

#[test]
fn traverse_follows_edges_in_both_directions() {
    let store = store();
    for (query, expected) in [
        (
            "smartscapeNodes K8S_DEPLOYMENT | traverse {is_part_of}, {K8S_POD}, direction: backward, fieldsKeep: {name} | fields name, from = dt.traverse.history[0][name] | sort name",
            "{\"name\":\"pod-a\",\"from\":\"cart\"}\n{\"name\":\"pod-b\",\"from\":\"cart\"}",
        ),
        (
            "smartscapeNodes K8S_POD | filter name == \"pod-a\" | traverse edgeTypes: {is_part_of}, targetTypes: {K8S_DEPLOYMENT} | traverse edgeTypes: {\"*\"}, targetTypes: {\"*\"} | fields name, first = dt.traverse.history[-2][id]",
            "{\"name\":\"shop\",\"first\":\"K8S_POD-0000000000000001\"}",
        ),
        ("smartscapeNodes K8S_POD | traverse is_part_of, K8S_NAMESPACE", ""),
        ("smartscapeEdges is_part_of | summarize count()", "{\"count()\":\"2\"}"),
        (
            "data record(host = \"HOST-0000000000000001\") | fields n = entityName(host), c = entityAttr(host, \"cores\")",
            "{\"n\":\"alpha\",\"c\":\"4\"}",
        ),
        (
            "data record(host = \"HOST-9\") | fields n = entityName(host, type: \"dt.entity.host\")",
            "{\"n\":null}",
        ),
        (
            "data record(host = \"HOST-0000000000000001\") | filter in(host, classicEntitySelector(\"type(host),entityName.startsWith(al)\")) | summarize count()",
            "{\"count()\":\"1\"}",
        ),
        ("data record(a = 1) | fields x = classicEntitySelector(\"type(host),tag(a:b)\")", "{\"x\":[]}"),
        (
            "data record(a = 1) | fields x = classicEntitySelector(\"health(x)\")",
            "pattern the pattern can't be read: the criterion `health` of an entity selector is not supported by the sandbox",
        ),
        ("load \"/lookups/owners\" | summarize count()", "{\"count()\":\"2\"}"),
        ("load \"/lookups/owners\", offset: 1", "{\"owner\":\"b\"}"),
        ("load \"owners\"", "wrong-parameter the parameter has to be a path that starts with a slash"),
        ("fetch spans | summarize count()", "{\"count()\":\"0\"}"),
    ] {
        assert_eq!(run_on(query, &store), expected, "{query}");
    }
}

#[test]
fn fields_summary_counts_the_values_of_fields() {
    assert_records(&[
        (
            "data record(a = \"x\", b = 1), record(a = \"x\"), record(a = \"y\") | fieldsSummary a, b, topValues: 1",
            "{\"field\":\"a\",\"rawCount\":\"3\",\"count\":\"3\",\"values\":[{\"value\":\"x\",\"count\":\"2\"}]}\n{\"field\":\"b\",\"rawCount\":\"1\",\"count\":\"1\",\"values\":[{\"value\":\"1\",\"count\":\"1\"}]}",
        ),
        ("data record(a = 1) | failIf a > 5, \"too much\"", "{\"a\":\"1\"}"),
        ("data record(a = 9) | failIf a > 5, \"too much\"", "failed too much"),
    ]);
}
