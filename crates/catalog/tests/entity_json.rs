//! Entities as the catalog hands them out: read with everything in them, or refused with the JSON path.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "generators and fixtures are test code, outside of test functions"
)]

use grailstage_catalog::{CatalogError, Entity, EntityRef};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn cart() -> Value {
    json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {
            "name": "Cart",
            "namespace": "Shop",
            "title": "The cart",
            "description": "Holds what customers want",
            "labels": { "team": "a" },
            "annotations": { "backstage.io/kubernetes-id": "webshop.cart" },
            "tags": ["java"],
            "links": [{ "url": "https://example.com", "title": "Home", "icon": "web", "type": "x", "extra": 1 }],
            "uid": "u-1",
            "etag": "e-1",
            "dynatrace": { "queries": [{ "id": "one", "query": "fetch logs" }] },
            "generation": 3
        },
        "spec": {
            "type": "service",
            "lifecycle": "production",
            "owner": "team-a",
            "system": "system:default/webshop",
            "dependsOn": ["resource:db"]
        },
        "relations": [{ "type": "ownedBy", "targetRef": "group:shop/team-a", "target": { "kind": "group" } }],
        "status": { "items": [] }
    })
}

/// The entity with the value at a JSON pointer replaced, or taken out.
fn cart_with(pointer: &str, value: Option<Value>) -> Value {
    let mut entity = cart();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = entity.pointer_mut(parent).unwrap();
    match (parent, value) {
        (Value::Object(fields), Some(value)) => drop(fields.insert(key.replace("~1", "/"), value)),
        (Value::Object(fields), None) => drop(fields.remove(key)),
        (Value::Array(items), Some(value)) => items[key.parse::<usize>().unwrap()] = value,
        other => panic!("no place for {other:?}"),
    }
    entity
}

#[test]
fn reads_what_this_project_uses() {
    let entity = Entity::from_json(cart()).unwrap();
    assert_eq!((entity.api_version.as_str(), entity.kind.as_str()), ("backstage.io/v1alpha1", "Component"));
    assert_eq!(entity.entity_ref().to_string(), "Component:Shop/Cart");
    assert_eq!(entity.annotation("backstage.io/kubernetes-id"), Some("webshop.cart"));
    assert_eq!(entity.annotation("backstage.io/kubernetes-namespace"), None);
    assert_eq!((entity.spec_type(), entity.lifecycle()), (Some("service"), Some("production")));
    assert_eq!((entity.owner(), entity.system()), (Some("team-a"), Some("system:default/webshop")));
    assert_eq!(entity.metadata.links[0].url, "https://example.com");
    assert_eq!(entity.metadata.other["generation"], 3);
    assert_eq!(entity.relations[0].target().unwrap(), entity.owner_ref().unwrap().unwrap());
}

#[test]
fn resolves_owner_and_system_in_the_namespace_of_the_entity() {
    let entity = Entity::from_json(cart()).unwrap();
    assert_eq!(entity.owner_ref(), Ok(Some(EntityRef::new("group", "shop", "team-a").unwrap())));
    assert_eq!(entity.system_ref(), Ok(Some(EntityRef::new("system", "default", "webshop").unwrap())));
    let ownerless = Entity::from_json(cart_with("/spec/owner", None)).unwrap();
    assert_eq!(ownerless.owner_ref(), Ok(None));
    let broken = Entity::from_json(cart_with("/spec/owner", Some(json!("user:")))).unwrap();
    assert_eq!(broken.owner_ref().unwrap_err().code(), "invalid-entity-ref");
}

#[test]
fn needs_no_more_than_the_catalog() {
    let smallest = json!({ "apiVersion": "v1", "kind": "Thing", "metadata": { "name": "it" } });
    let entity = Entity::from_json(smallest.clone()).unwrap();
    assert_eq!(entity.namespace(), "default");
    assert_eq!(entity.entity_ref().stringify(), "thing:default/it");
    assert_eq!((entity.owner(), entity.owner_ref()), (None, Ok(None)));
    assert_eq!(entity.to_json(), smallest);
}

#[test]
fn keeps_the_shape_of_specs_it_does_not_know() {
    for owner in [json!(7), json!(["a"]), json!(null)] {
        let entity = Entity::from_json(cart_with("/spec/owner", Some(owner))).unwrap();
        assert_eq!(entity.owner(), None);
    }
}

#[test]
fn refuses_what_the_catalog_refuses_and_says_where() {
    let cases = [
        ("/apiVersion", None, "apiVersion", "is missing"),
        ("/kind", Some(json!("")), "kind", "must be a string that is not empty, found an empty string"),
        ("/kind", Some(json!("a:b")), "kind", "the kind has a `:` or `/`"),
        ("/metadata", None, "metadata", "is missing"),
        ("/metadata", Some(json!([])), "metadata", "must be an object, found an array"),
        ("/metadata/name", None, "metadata.name", "is missing"),
        (
            "/metadata/name",
            Some(json!(null)),
            "metadata.name",
            "must be a string that is not empty, found null",
        ),
        (
            "/metadata/namespace",
            Some(json!(7)),
            "metadata.namespace",
            "must be a string that is not empty, found a number",
        ),
        ("/metadata/namespace", Some(json!("a/b")), "metadata.namespace", "the namespace has a `/`"),
        ("/metadata/title", Some(json!(true)), "metadata.title", "must be a string, found a boolean"),
        (
            "/metadata/labels",
            Some(json!("a=b")),
            "metadata.labels",
            "must be an object, found the string `a=b`",
        ),
        (
            "/metadata/annotations/backstage.io~1kubernetes-id",
            Some(json!(12)),
            "metadata.annotations[\"backstage.io/kubernetes-id\"]",
            "must be a string, found a number",
        ),
        (
            "/metadata/annotations/a\nb",
            Some(json!(null)),
            "metadata.annotations[\"a\\nb\"]",
            "must be a string, found null",
        ),
        ("/metadata/tags", Some(json!({})), "metadata.tags", "must be an array, found an object"),
        (
            "/metadata/tags/0",
            Some(json!("")),
            "metadata.tags[0]",
            "must be a string that is not empty, found an empty string",
        ),
        ("/metadata/links/0", Some(json!({})), "metadata.links[0].url", "is missing"),
        ("/spec", Some(json!("x")), "spec", "must be an object, found the string `x`"),
        ("/relations/0/targetRef", None, "relations[0].targetRef", "is missing"),
    ];
    for (pointer, value, path, fault) in cases {
        let error = Entity::from_json(cart_with(pointer, value)).expect_err(pointer);
        assert_eq!(error.to_string(), format!("invalid entity at `{path}`: {fault}"));
        assert_eq!((error.code(), error.path(), error.span()), ("invalid-entity", Some(path), None));
    }
}

#[test]
fn refuses_text_that_is_no_json_object() {
    let error = Entity::from_json_slice(b"{").unwrap_err();
    assert!(error.to_string().starts_with("invalid entity: not JSON: "), "{error}");
    let error = Entity::from_json_slice(b"[]").unwrap_err();
    assert_eq!(error.to_string(), "invalid entity: must be an object, found an array");
    assert!(matches!(Entity::from_json_slice(b"\xff"), Err(CatalogError::InvalidEntity(_))));
}

#[test]
fn serde_reads_and_writes_the_same_json() {
    let entity: Entity = serde_json::from_value(cart()).unwrap();
    assert_eq!(serde_json::to_value(&entity).unwrap(), cart());
    let error = serde_json::from_value::<Entity>(json!({ "kind": "Component" })).unwrap_err();
    assert_eq!(error.to_string(), "invalid entity at `apiVersion`: is missing");
}

#[test]
fn a_field_that_is_set_wins_over_the_null_it_was_read_with() {
    let mut entity = Entity::from_json(cart_with("/metadata/title", Some(json!(null)))).unwrap();
    assert_eq!(entity.to_json()["metadata"]["title"], json!(null));
    entity.metadata.title = Some("New".to_owned());
    assert_eq!(entity.to_json()["metadata"]["title"], "New");
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(".{0,6}", inner, 0..4).prop_map(Value::from_iter),
        ]
    })
}

/// An object of some fields the catalog knows, each absent or of an allowed shape, and some it does not.
fn object_of(known: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let known: Vec<_> = known
        .into_iter()
        .map(|(key, value)| {
            option::of(value).prop_map(move |value| value.map(|value| (key.to_owned(), value)))
        })
        .collect();
    (known, btree_map("x-.{0,4}", any_json(), 0..3))
        .prop_map(|(known, unknown)| known.into_iter().flatten().chain(unknown).collect::<Map<_, _>>().into())
        .boxed()
}

fn with_fields(object: Value, fields: &[(&str, Value)]) -> Value {
    let mut object = object;
    for (key, value) in fields {
        object[*key] = value.clone();
    }
    object
}

fn nullable(text: &'static str) -> BoxedStrategy<Value> {
    prop_oneof![1 => Just(Value::Null), 4 => text.prop_map(Value::from)].boxed()
}

fn texts_by_key() -> BoxedStrategy<Value> {
    prop_oneof![
        1 => Just(Value::Null),
        4 => btree_map(".{0,6}", ".{0,6}", 0..3).prop_map(Value::from_iter),
    ]
    .boxed()
}

fn list_of(item: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    prop_oneof![1 => Just(Value::Null), 4 => vec(item, 0..3).prop_map(Value::from)].boxed()
}

fn any_entity() -> impl Strategy<Value = Value> {
    let link = object_of(vec![
        ("title", nullable(".{0,6}")),
        ("icon", nullable(".{0,6}")),
        ("type", nullable(".{0,6}")),
    ])
    .prop_map(|link| with_fields(link, &[("url", json!("https://example.com"))]));
    let relation = object_of(vec![]).prop_map(|relation| {
        with_fields(relation, &[("type", json!("ownedBy")), ("targetRef", json!("group:default/a"))])
    });
    let metadata = object_of(vec![
        ("namespace", nullable("[^/]{1,6}")),
        ("title", nullable(".{0,6}")),
        ("description", nullable(".{0,6}")),
        ("labels", texts_by_key()),
        ("annotations", texts_by_key()),
        ("tags", list_of(".{1,6}".prop_map(Value::from).boxed())),
        ("links", list_of(link.boxed())),
        ("uid", nullable(".{1,6}")),
        ("etag", nullable(".{1,6}")),
    ]);
    let envelope = object_of(vec![
        ("spec", prop_oneof![Just(Value::Null), object_of(vec![("owner", any_json().boxed())])].boxed()),
        ("relations", list_of(relation.boxed())),
        ("status", any_json().boxed()),
    ]);
    (envelope, metadata, ".{1,6}").prop_map(|(envelope, metadata, name)| {
        let metadata = with_fields(metadata, &[("name", json!(name))]);
        with_fields(
            envelope,
            &[("apiVersion", json!("v1")), ("kind", json!("Component")), ("metadata", metadata)],
        )
    })
}

proptest! {
    #[test]
    fn a_round_trip_loses_nothing(json in any_entity()) {
        let entity = Entity::from_json(json.clone()).unwrap();
        prop_assert_eq!(entity.to_json(), json);
    }

    #[test]
    fn json_of_any_shape_is_read_or_refused(json in any_json(), key in "apiVersion|kind|metadata|spec|relations") {
        prop_assert!(Entity::from_json(json.clone()).is_err());
        let mut entity = cart();
        entity[&key] = json;
        match Entity::from_json(entity.clone()) {
            Ok(read) => prop_assert_eq!(read.to_json(), entity),
            Err(error) => prop_assert!(error.path().unwrap().starts_with(&key)),
        }
    }

    #[test]
    fn bytes_of_any_kind_are_read_or_refused(bytes in vec(any::<u8>(), 0..64)) {
        prop_assert_eq!(Entity::from_json_slice(&bytes).unwrap_err().code(), "invalid-entity");
    }
}
