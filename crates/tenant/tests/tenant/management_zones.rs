//! Zones: read, evaluated, explained, and turned into segments.

use std::collections::BTreeMap;

use grailstage_dql::builder::fetch;
use grailstage_tenant::management_zone::{
    EntityFacts, FailedCondition, ManagementZone, RuleKind, RuleOutcome, Visibility, in_zone,
    segment_proposal, visibility, zoned_entities_query, zones_of,
};
use grailstage_tenant::{DqlRequest, SegmentFilter, SegmentVariable, SettingsObject};
use serde_json::{Value, json};

use crate::world::{Endpoint, World, answer, done};

fn zone(rules: Value) -> ManagementZone {
    ManagementZone::read(&SettingsObject {
        object_id: "mz".to_owned(),
        schema_id: "builtin:management-zones".to_owned(),
        scope: "environment".to_owned(),
        external_id: None,
        schema_version: None,
        modified: None,
        update_token: None,
        value: json!({"name": "Carts", "rules": rules}),
    })
    .unwrap()
}

fn entities(entity_type: &str, conditions: Value) -> Value {
    json!({"enabled": true, "type": "ME",
        "attributeRule": {"entityType": entity_type, "conditions": conditions}})
}

fn condition(key: &str, operator: &str, value: &str) -> Value {
    json!({"key": key, "operator": operator, "stringValue": value, "caseSensitive": true})
}

fn selector(text: &str) -> Value {
    json!({"enabled": true, "type": "SELECTOR", "entitySelector": text})
}

fn cart() -> EntityFacts {
    EntityFacts {
        id: "CLOUD_APPLICATION-00AB".to_owned(),
        entity_type: "CLOUD_APPLICATION".to_owned(),
        name: "cart".to_owned(),
        tags: Some(vec!["[Kubernetes]tier:backend".to_owned(), "owner:team-a".to_owned()]),
        labels: Some(BTreeMap::from([("app".to_owned(), "cart".to_owned())])),
        cluster: Some("prod-eu".to_owned()),
        namespace: Some("Shop".to_owned()),
        attributes: BTreeMap::from([
            ("REPLICAS".to_owned(), vec!["3".to_owned()]),
            ("OWNER_NAME".to_owned(), vec![]),
        ]),
    }
}

/// What the only rule of a zone says of the cart.
fn outcome(rule: Value) -> RuleOutcome {
    match visibility(&zone(json!([rule])), &cart()) {
        Visibility::Visible { .. } => RuleOutcome::Matches,
        Visibility::Hidden { rules } | Visibility::Unknown { rules } => rules.into_iter().next().unwrap(),
    }
}

fn verdict(rule: Value) -> &'static str {
    match outcome(rule) {
        RuleOutcome::Matches => "matches",
        RuleOutcome::Disabled => "disabled",
        RuleOutcome::OtherType { .. } => "other type",
        RuleOutcome::NotForEntities => "not for entities",
        RuleOutcome::Failed { .. } => "failed",
        RuleOutcome::NotEvaluable { .. } => "not evaluable",
    }
}

#[test]
fn evaluates_every_comparison() {
    for (key, operator, value, expected) in [
        ("CLOUD_APPLICATION_NAME", "EQUALS", "cart", "matches"),
        ("CLOUD_APPLICATION_NAME", "EQUALS", "Cart", "failed"),
        ("CLOUD_APPLICATION_NAME", "NOT_EQUALS", "Cart", "matches"),
        ("CLOUD_APPLICATION_NAME", "BEGINS_WITH", "ca", "matches"),
        ("CLOUD_APPLICATION_NAME", "NOT_BEGINS_WITH", "ca", "failed"),
        ("CLOUD_APPLICATION_NAME", "ENDS_WITH", "rt", "matches"),
        ("CLOUD_APPLICATION_NAME", "CONTAINS", "ar", "matches"),
        ("CLOUD_APPLICATION_NAME", "NOT_CONTAINS", "ar", "failed"),
        ("CLOUD_APPLICATION_NAME", "EXISTS", "", "matches"),
        ("OWNER_NAME", "EXISTS", "", "failed"),
        ("OWNER_NAME", "NOT_EXISTS", "", "matches"),
        ("OWNER_NAME", "EQUALS", "x", "failed"),
        ("OWNER_NAME", "NOT_EQUALS", "x", "matches"),
        ("KUBERNETES_CLUSTER_NAME", "EQUALS", "prod-eu", "matches"),
        ("CLOUD_APPLICATION_NAMESPACE_NAME", "EQUALS", "shop", "failed"),
        ("CLOUD_APPLICATION_NAME", "REGEX_MATCHES", "c.*", "not evaluable"),
        ("CLOUD_APPLICATION_NAME", "NOT_REGEX_MATCHES", "c.*", "not evaluable"),
        ("CLOUD_APPLICATION_NAME", "SOUNDS_LIKE", "kart", "not evaluable"),
        ("AZURE_REGION_NAME", "EQUALS", "x", "not evaluable"),
    ] {
        let rule = entities("CLOUD_APPLICATION", json!([condition(key, operator, value)]));
        assert_eq!(verdict(rule), expected, "{key} {operator} {value}");
    }
}

#[test]
fn evaluates_tags_numbers_labels_and_case() {
    for (condition, expected) in [
        (
            json!({"key": "CLOUD_APPLICATION_TAGS", "operator": "EQUALS", "tag": "[KUBERNETES]tier:backend"}),
            "matches",
        ),
        (json!({"key": "CLOUD_APPLICATION_TAGS", "operator": "EQUALS", "tag": "tier:backend"}), "failed"),
        (json!({"key": "CLOUD_APPLICATION_TAGS", "operator": "EQUALS", "tag": "owner:team-b"}), "failed"),
        (
            json!({"key": "CLOUD_APPLICATION_TAGS", "operator": "NOT_EQUALS", "tag": "owner:team-b"}),
            "matches",
        ),
        (json!({"key": "CLOUD_APPLICATION_TAGS", "operator": "TAG_KEY_EQUALS", "tag": "owner"}), "matches"),
        (
            json!({"key": "CLOUD_APPLICATION_TAGS", "operator": "NOT_TAG_KEY_EQUALS", "tag": "owner"}),
            "failed",
        ),
        (json!({"key": "REPLICAS", "operator": "GREATER_THAN", "integerValue": 2}), "matches"),
        (json!({"key": "REPLICAS", "operator": "LOWER_THAN_OR_EQUAL", "integerValue": 2}), "failed"),
        (
            json!({"key": "CLOUD_APPLICATION_LABELS", "dynamicKey": "app", "operator": "EQUALS", "stringValue": "cart"}),
            "matches",
        ),
        (json!({"key": "CLOUD_APPLICATION_LABELS", "dynamicKey": "gone", "operator": "EXISTS"}), "failed"),
        (
            json!({"key": "CLOUD_APPLICATION_NAMESPACE_NAME", "operator": "EQUALS", "stringValue": "shop", "caseSensitive": false}),
            "matches",
        ),
        (json!({"key": "CLOUD_APPLICATION_NAME", "operator": "EQUALS"}), "not evaluable"),
    ] {
        let rule = entities("CLOUD_APPLICATION", json!([condition]));
        assert_eq!(verdict(rule), expected, "{condition}");
    }
}

#[test]
fn tells_the_condition_that_failed_and_the_value_it_was_compared_with() {
    let rule = entities(
        "CLOUD_APPLICATION",
        json!([
            condition("CLOUD_APPLICATION_NAME", "EQUALS", "cart"),
            condition("CLOUD_APPLICATION_NAMESPACE_NAME", "EQUALS", "payments"),
            {"key": "CLOUD_APPLICATION_TAGS", "operator": "EQUALS", "tag": "[KUBERNETES]tier:frontend"},
            condition("CLOUD_APPLICATION_NAME", "REGEX_MATCHES", "x"),
        ]),
    );
    let expected = vec![
        FailedCondition {
            condition: "CLOUD_APPLICATION_NAMESPACE_NAME EQUALS `payments`".to_owned(),
            found: vec!["Shop".to_owned()],
        },
        FailedCondition {
            condition: "CLOUD_APPLICATION_TAGS EQUALS `[KUBERNETES]tier:frontend`".to_owned(),
            found: vec!["[Kubernetes]tier:backend".to_owned(), "owner:team-a".to_owned()],
        },
    ];
    assert_eq!(outcome(rule), RuleOutcome::Failed { conditions: expected });
}

#[test]
fn evaluates_rules_of_other_kinds() {
    for (rule, expected) in [
        (entities("HOST", json!([])), "other type"),
        (entities("CLOUD_APPLICATION", json!([])), "matches"),
        (selector(r#"type("CLOUD_APPLICATION"),tag("owner:team-a")"#), "matches"),
        (selector(r#"type("CLOUD_APPLICATION"),tag("owner:team-b")"#), "failed"),
        (selector(r#"type("HOST"),tag("owner:team-a")"#), "other type"),
        (selector(r#"type("CLOUD_APPLICATION"),toRelationships.isPartOf(type("HOST"))"#), "not evaluable"),
        (
            json!({"enabled": true, "type": "DIMENSION", "dimensionRule": {"appliesTo": "LOG", "conditions": []}}),
            "not for entities",
        ),
        (json!({"enabled": true, "type": "MAGIC"}), "not evaluable"),
        (json!({"enabled": true, "type": "ME"}), "not evaluable"),
        (json!("rule"), "not evaluable"),
    ] {
        assert_eq!(verdict(rule.clone()), expected, "{rule}");
    }
    let mut disabled = selector(r#"type("CLOUD_APPLICATION")"#);
    disabled["enabled"] = json!(false);
    assert_eq!(verdict(disabled), "disabled");
}

#[test]
fn does_not_call_an_entity_hidden_that_a_zone_may_spread_to() {
    let rule = json!({"enabled": true, "type": "ME", "attributeRule": {
        "entityType": "PROCESS_GROUP", "pgToServicePropagation": true, "pgToHostPropagation": false,
        "conditions": [condition("PROCESS_GROUP_NAME", "EQUALS", "x")],
    }});
    let zone = zone(json!([rule]));
    let of_type =
        |entity_type: &str| EntityFacts { entity_type: entity_type.to_owned(), ..EntityFacts::default() };
    assert!(matches!(visibility(&zone, &of_type("SERVICE")), Visibility::Unknown { .. }));
    assert!(matches!(visibility(&zone, &of_type("HOST")), Visibility::Hidden { .. }));
}

#[test]
fn a_zone_is_the_union_of_its_rules() {
    let miss = selector(r#"type("HOST")"#);
    let unknown = json!({"enabled": true, "type": "MAGIC"});
    let hit = entities("CLOUD_APPLICATION", json!([condition("CLOUD_APPLICATION_NAME", "EQUALS", "cart")]));
    let of = |rules| visibility(&zone(rules), &cart());
    assert_eq!(of(json!([miss, unknown, hit])), Visibility::Visible { rule: 2 });
    assert!(matches!(of(json!([miss, unknown])), Visibility::Unknown { .. }));
    assert!(matches!(of(json!([miss])), Visibility::Hidden { .. }));
    assert_eq!(of(json!([])), Visibility::Hidden { rules: vec![] });

    let zones = [zone(json!([hit])), zone(json!([miss])), zone(json!([unknown]))];
    let (inside, open) = zones_of(&zones, &cart());
    assert_eq!((inside.len(), open.len()), (1, 1));
}

fn proposed(rules: Value) -> (Vec<(String, String)>, Vec<String>) {
    let proposal = segment_proposal(&zone(rules));
    let includes = proposal.includes.iter().map(|it| (it.data_object.clone(), it.filter_text()));
    (includes.collect(), proposal.remarks)
}

#[test]
fn proposes_a_segment_for_what_has_a_counterpart() {
    let dimension = |applies_to: &str, condition: Value| {
        json!({"enabled": true, "type": "DIMENSION",
            "dimensionRule": {"appliesTo": applies_to, "conditions": [condition]}})
    };
    for (rule, data_object, filter) in [
        (
            entities(
                "CLOUD_APPLICATION_NAMESPACE",
                json!([
                    condition("CLOUD_APPLICATION_NAMESPACE_NAME", "EQUALS", "it's \"quoted\" | limit 0"),
                    condition("KUBERNETES_CLUSTER_NAME", "BEGINS_WITH", "test"),
                ]),
            ),
            "_all_data_object",
            r#"k8s.namespace.name == "it's \"quoted\" | limit 0" and startsWith(k8s.cluster.name, "test")"#,
        ),
        (
            entities(
                "CLOUD_APPLICATION",
                json!([{"key": "CLOUD_APPLICATION_LABELS", "dynamicKey": "app.kubernetes.io/name",
                    "operator": "EQUALS", "stringValue": "cart", "caseSensitive": true}]),
            ),
            "_all_data_object",
            r#"`k8s.workload.label.app.kubernetes.io/name` == "cart""#,
        ),
        (
            entities(
                "SERVICE",
                json!([{"key": "SERVICE_TAGS", "operator": "EQUALS", "tag": "owner:team-a"}]),
            ),
            "dt.entity.service",
            r#"in("owner:team-a", tags)"#,
        ),
        (
            selector(r#"type("SERVICE"),entityName.startsWith("test-")"#),
            "dt.entity.service",
            r#"startsWith(entity.name, "test-")"#,
        ),
        (
            dimension(
                "LOG",
                json!({"conditionType": "LOG_FILE_NAME", "ruleMatcher": "BEGINS_WITH", "value": "/var"}),
            ),
            "logs",
            r#"startsWith(log.source, "/var")"#,
        ),
        (
            dimension(
                "ANY",
                json!({"conditionType": "DIMENSION", "key": "aws region", "ruleMatcher": "EQUALS", "value": "eu"}),
            ),
            "_all_data_object",
            r#"`aws region` == "eu""#,
        ),
    ] {
        let (includes, _) = proposed(json!([rule]));
        assert_eq!(includes, [(data_object.to_owned(), filter.to_owned())], "{rule}");
    }
}

#[test]
fn a_proposal_keeps_to_what_a_segment_can_say() {
    let name = |operator: &str, value: &str| {
        entities("CLOUD_APPLICATION", json!([condition("CLOUD_APPLICATION_NAME", operator, value)]))
    };
    let (includes, remarks) = proposed(json!([
        name("EQUALS", "cart"),
        name("CONTAINS", "shop"),
        name("EXISTS", ""),
        name("NOT_EQUALS", "test"),
        entities("SERVICE", json!([condition("SERVICE_NAME", "ENDS_WITH", "-v2")])),
        selector(r#"type("SERVICE"),not(tag("a"))"#),
    ]));
    let filter = "k8s.workload.name == \"cart\" or contains(k8s.workload.name, \"shop\") or isNotNull(k8s.workload.name)";
    assert_eq!(
        includes,
        [("_all_data_object".to_owned(), filter.to_owned())],
        "one include for a data object"
    );
    assert_eq!(
        remarks,
        [
            "rule 2: in a segment the condition is written as `k8s.workload.name = *shop*`",
            "rule 3: in a segment the condition is written as `k8s.workload.name = *`",
            "rule 4 has no counterpart: a segment has no negation, unlike CLOUD_APPLICATION_NAME NOT_EQUALS `test`",
            "rule 5 has no counterpart: a segment compares `entity.name` by equality only, unlike SERVICE_NAME ENDS_WITH `-v2`",
            "rule 6 has no counterpart: a segment has no negation",
        ]
    );
}

#[test]
fn a_proposal_tells_when_it_is_too_large() {
    let rules: Vec<Value> = (0..11)
        .map(|number| {
            let value = format!("w{number}");
            entities("CLOUD_APPLICATION", json!([condition("CLOUD_APPLICATION_NAME", "EQUALS", &value)]))
        })
        .collect();
    let (includes, remarks) = proposed(json!(rules));
    assert_eq!(includes.len(), 1);
    assert_eq!(remarks, ["the filter of `_all_data_object` has 11 expressions, and may have 10"]);
}

#[test]
fn a_proposal_tells_what_has_no_counterpart() {
    let (includes, remarks) = proposed(json!([
        entities("CLOUD_APPLICATION", json!([condition("CLOUD_APPLICATION_NAME", "REGEX_MATCHES", "x")])),
        entities("HOST", json!([])),
        selector(r#"type("SERVICE"),fromRelationships.runsOn(type("HOST"))"#),
        {"enabled": true, "type": "MAGIC"},
        entities("HOST", json!([{"key": "HOST_NAME", "operator": "EQUALS", "stringValue": "h"}])),
    ]));
    assert_eq!(includes, [("_all_data_object".to_owned(), "host.name == \"h\"".to_owned())]);
    assert_eq!(
        remarks,
        [
            "rule 1 has no counterpart: there is no filter for CLOUD_APPLICATION_NAME REGEX_MATCHES `x`",
            "rule 2 has no counterpart: it has no conditions: a filter cannot be empty",
            "rule 3 has no counterpart: there is no filter for `fromRelationships.runsOn(type(\"HOST\"))`",
            "rule 4 has no counterpart: rules of the kind `MAGIC` cannot be evaluated",
            "rule 5: HOST_NAME EQUALS `h` does not tell upper from lower case, the filter does",
        ]
    );
}

#[test]
fn limits_a_query_to_a_zone_without_letting_its_name_out() {
    let query = fetch("logs").filter(in_zone("dt.entity.host", "HOST", "a\"),~\\")).build();
    assert_eq!(
        grailstage_dql::print(&query),
        r#"fetch logs
| filter in(dt.entity.host, classicEntitySelector("type(\"HOST\"),mzName(\"a~\"),~~\\\")"))"#
    );
}

#[test]
fn limits_a_query_to_a_segment() {
    let world = World::new();
    world.on(Endpoint::Execute, [done()]);
    let variables =
        vec![SegmentVariable { name: "$ns".to_owned(), values: vec!["a".to_owned(), "b".to_owned()] }];
    let request = DqlRequest::new("fetch logs")
        .segment(SegmentFilter { id: "uid1".to_owned(), variables })
        .segment(SegmentFilter { id: "uid2".to_owned(), variables: vec![] });
    world.block_on(world.tenant().run(&request, std::future::pending())).unwrap();
    let calls = world.calls.borrow();
    let body: Value = serde_json::from_slice(calls[1].request.body.as_ref().unwrap()).unwrap();
    assert_eq!(
        body["filterSegments"],
        json!([{"id": "uid1", "variables": [{"name": "$ns", "values": ["a", "b"]}]}, {"id": "uid2"}])
    );
}

#[test]
fn asks_for_the_zones_of_classic_entities_by_type() {
    let ids: Vec<String> =
        ["SERVICE-00AB", "HOST-01", "SERVICE-02", "K8S_DEPLOYMENT-03", "nonsense", "service-04"]
            .map(str::to_owned)
            .into();
    let queries: Vec<String> = zoned_entities_query(&ids).iter().map(grailstage_dql::print).collect();
    assert_eq!(
        queries,
        [
            "fetch dt.entity.host\n| filter in(id, {\"HOST-01\"})\n| fields id, name = entity.name, tags, \
             zones = managementZones",
            "fetch dt.entity.service\n| filter in(id, {\"SERVICE-00AB\", \"SERVICE-02\"})\n\
             | fields id, name = entity.name, tags, zones = managementZones",
        ]
    );
}

#[test]
fn reads_the_zones_of_entities() {
    let world = World::new();
    world.on(
        Endpoint::Execute,
        [answer(
            200,
            &json!({"state": "SUCCEEDED", "result": {"types": [], "records": [
                {"id": "SERVICE-00AB", "name": "cart", "tags": ["a:b"], "zones": ["Team A", "Shop"]},
                {"id": "SERVICE-02", "name": null, "tags": null, "zones": null},
            ]}}),
        )],
    );
    let ids = ["SERVICE-00AB".to_owned(), "SERVICE-02".to_owned()];
    let tenant = world.tenant();
    let entities = world.block_on(tenant.zoned_entities(&ids, std::future::pending())).unwrap();
    assert_eq!(entities[0].zones.as_deref().unwrap(), ["Team A", "Shop"]);
    assert_eq!(entities[1].zones, None);
}

#[test]
fn lists_zones_and_those_it_cannot_read() {
    let world = World::new();
    world.on(
        Endpoint::Service,
        [answer(
            200,
            &json!({"items": [
                {"objectId": "1", "value": {"name": "Carts", "rules": [selector("type(HOST)")], "later": 1}},
                {"objectId": "2", "value": {"rules": []}},
            ]}),
        )],
    );
    let tenant = world.tenant();
    let (zones, unreadable) = world.block_on(tenant.management_zones()).unwrap();
    assert!(matches!(zones[0].rules[0].kind, RuleKind::Selector(_)));
    assert_eq!(unreadable[0].reason, "the zone has no `name`");
}
