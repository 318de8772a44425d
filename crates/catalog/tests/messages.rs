//! What people read when an entity cannot be used: the message, the marked value and the way out.

use std::fmt::Write as _;

use grailstage_catalog::{
    CatalogError, DynatraceEntityIds, Entity, EntityRef, GuardianTags, WorkloadSelection,
};
use serde_json::{Value, json};

fn entity_json(annotations: Value) -> Value {
    json!({ "apiVersion": "v1", "kind": "Component", "metadata": { "name": "cart", "annotations": annotations } })
}

/// The error as a command line or card would show it.
fn shown(error: &CatalogError, text: &str) -> String {
    let mut lines = format!("{}: {error}\n", error.code());
    if let Some(span) = error.span() {
        let characters = |from: usize, to: usize| text.get(from..to).map_or(0, |part| part.chars().count());
        let (before, marked) = (characters(0, span.start), characters(span.start, span.end).max(1));
        let _ = writeln!(lines, "  {text}\n  {}{}", " ".repeat(before), "^".repeat(marked));
    }
    let _ = writeln!(lines, "  help: {}", error.help());
    lines
}

#[test]
fn say_what_is_wrong_where_and_the_way_out() {
    let mut messages = String::new();
    for (key, value) in [
        ("backstage.io/kubernetes-label-selector", "stage=hardening, tier in web"),
        ("backstage.io/kubernetes-label-selector", "stage=hardening || tier=web"),
        ("backstage.io/kubernetes-label-selector", "stage=härtung"),
        ("backstage.io/kubernetes-label-selector", "!stage=hardening"),
        ("backstage.io/kubernetes-label-selector", "stage=hardening,"),
        ("backstage.io/kubernetes-label-selector", ""),
        ("backstage.io/kubernetes-id", "default/cart"),
        ("backstage.io/kubernetes-namespace", "Webshop"),
        ("dynatrace.com/guardian-tags", "service=cart,,critical"),
        ("dynatrace.com/dynatrace-entity-id", "SERVICE-1234ABCD4321DCBA; HOST-1"),
    ] {
        let mut annotations = json!({ "backstage.io/kubernetes-id": "cart" });
        annotations[key] = value.into();
        let entity = Entity::from_json(entity_json(annotations)).unwrap();
        let error = WorkloadSelection::of(&entity)
            .and(Ok(()))
            .and(GuardianTags::of(&entity).and(Ok(())))
            .and(DynatraceEntityIds::of(&entity).and(Ok(())))
            .unwrap_err();
        assert_eq!(error.annotation(), Some(key));
        messages += &shown(&error, value);
    }
    for reference in ["cart", "component:/cart"] {
        messages += &shown(&EntityRef::parse(reference).unwrap_err(), reference);
    }
    let error = Entity::from_json(entity_json(json!({ "backstage.io/kubernetes-id": 7 }))).unwrap_err();
    messages += &shown(&error, "");
    insta::assert_snapshot!(messages);
}
