//! What the company has set: owners, management zones, guardians and objectives that agree with the data and the
//! portal's catalog.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use grailstage_sandbox::{
    Environment, PLATFORM_TOKEN, Request, Sandbox, SandboxOptions, SettingsError, SettingsObjectCreate,
    SettingsObjectUpdate,
};
use serde_json::{Value, json};

/// 2026-11-21T10:00:00Z
const NOW: i64 = 1_795_255_200_000;
const GUARDIANS: &str = "app:dynatrace.site.reliability.guardian:guardians";
const ZONES: &str = "builtin:management-zones";
const TEAMS: &str = "builtin:ownership.teams";
const SCHEMAS: [&str; 5] = [GUARDIANS, ZONES, "builtin:monitoring.slo", "builtin:ownership.config", TEAMS];
const GROUPS: [&str; 4] = ["experience", "fulfilment", "orders", "platform"];

fn sandbox() -> Sandbox {
    Sandbox::new(SandboxOptions { seed: 7, now: NOW })
}

fn ask_at(environment: &Environment, query: &str, now: i64) -> Vec<Value> {
    let request = Request::post(
        "/platform/storage/query/v1/query:execute",
        json!({"query": query, "requestTimeoutMilliseconds": 1000, "maxResultRecords": 100_000}).to_string(),
    );
    let response = environment.handle(&request.with_bearer(PLATFORM_TOKEN), now);
    let text = String::from_utf8(response.body).unwrap();
    assert_eq!(response.status, 200, "{query}: {text}");
    let body: Value = serde_json::from_str(&text).unwrap();
    body["result"]["records"].as_array().unwrap().clone()
}

fn ask(environment: &Environment, query: &str) -> Vec<Value> {
    ask_at(environment, query, NOW)
}

fn names(records: &[Value], field: &str) -> Vec<String> {
    records.iter().map(|record| record[field].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_generated_object_fits_its_schema() {
    for environment in sandbox().environments() {
        for schema in SCHEMAS {
            let objects = environment.settings_objects(schema);
            assert!(!objects.is_empty(), "{schema}");
            for object in objects {
                let update = SettingsObjectUpdate { value: object.value, ..SettingsObjectUpdate::default() };
                environment
                    .update_settings_object(&object.object_id, update, NOW)
                    .unwrap_or_else(|error| panic!("{schema}: {error:?}"));
            }
        }
    }
}

#[test]
fn each_group_of_the_catalog_is_a_team_by_one_of_its_identifiers() {
    let sandbox = sandbox();
    let teams = sandbox.environment("production").unwrap().settings_objects(TEAMS);
    assert_eq!(teams.len(), GROUPS.len());
    for group in GROUPS {
        let found: Vec<&Value> = teams
            .iter()
            .map(|team| &team.value)
            .filter(|team| {
                let supplementary = team["supplementaryIdentifiers"].as_array().unwrap().iter();
                let mut all = supplementary.map(|element| &element["supplementaryIdentifier"]);
                team["identifier"] == group || all.any(|identifier| identifier == group)
            })
            .collect();
        assert_eq!(found.len(), 1, "{group}");
    }
    let identifiers: BTreeSet<&str> =
        teams.iter().map(|team| team.value["identifier"].as_str().unwrap()).collect();
    assert!(!identifiers.contains("orders"), "one group is a team by a supplementary identifier only");
}

#[test]
fn labels_name_owners_who_mostly_are_those_of_the_catalog() {
    let found = ask(
        sandbox().environment("production").unwrap(),
        "fetch dt.entity.cloud_application
           | fieldsAdd owner = kubernetesLabels[`dt.owner`], team = kubernetesLabels[team]
           | filter isNull(owner) or owner != team | fields entity.name, owner | sort entity.name",
    );
    assert_eq!(
        found,
        [
            json!({"entity.name": "accounting", "owner": "finance"}),
            json!({"entity.name": "batch-report", "owner": null}),
            json!({"entity.name": "notification", "owner": "platform"}),
        ]
    );
    let tagged = ask(
        sandbox().environment("production").unwrap(),
        "fetch dt.entity.service | expand tags | filter startsWith(tags, \"owner:\") | filter entity.name == \"cart\" | fields tags",
    );
    assert_eq!(tagged, [json!({"tags": "owner:orders"})]);
}

#[test]
fn validations_name_guardians_that_exist() {
    for environment in sandbox().environments() {
        let guardians: BTreeMap<String, Value> = environment
            .settings_objects(GUARDIANS)
            .into_iter()
            .map(|object| (object.object_id, object.value))
            .collect();
        let validations = ask(
            environment,
            "fetch events, from: -30d | filter event.type == \"validation.objective\"
               | parse dt.srg.objective, \"JSON:objective\"
               | summarize n = count(), by: {dt.srg.id, dt.srg.name, name = objective[name], target = objective[target], warning = objective[warning]}",
        );
        let mut validated = BTreeSet::new();
        for validation in &validations {
            let id = validation["dt.srg.id"].as_str().unwrap();
            let guardian = &guardians.get(id).unwrap_or_else(|| panic!("no guardian: {validation}"));
            assert_eq!(guardian["name"], validation["dt.srg.name"]);
            let objectives = guardian["objectives"].as_array().unwrap();
            assert!(
                objectives.iter().any(|objective| {
                    objective["name"] == validation["name"]
                        && ["target", "warning"]
                            .iter()
                            .all(|field| objective[field].as_f64() == validation[field].as_f64())
                }),
                "{validation}"
            );
            validated.insert(id);
        }
        let never: Vec<&Value> = guardians
            .iter()
            .filter(|(id, _)| !validated.contains(id.as_str()))
            .map(|(_, guardian)| &guardian["eventKind"])
            .collect();
        let business = usize::from(environment.name() == "production");
        assert_eq!(never, vec![&json!("BIZ_EVENT"); business], "only the business guardian never ran");
    }
}

#[test]
fn components_of_the_catalog_name_the_tags_of_their_guardians() {
    let catalog = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/catalog/components.yaml");
    let catalog = std::fs::read_to_string(catalog).unwrap();
    let wanted: BTreeSet<String> = catalog
        .lines()
        .filter_map(|line| line.trim().strip_prefix("dynatrace.com/guardian-tags: "))
        .map(|tag| tag.replace('=', ":"))
        .collect();
    let sandbox = sandbox();
    let guardians = sandbox.environment("production").unwrap().settings_objects(GUARDIANS);
    let tagged: BTreeSet<String> = guardians
        .iter()
        .flat_map(|guardian| guardian.value["tags"].as_array().unwrap().clone())
        .filter_map(|tag| tag.as_str().filter(|tag| tag.starts_with("service:")).map(ToOwned::to_owned))
        .collect();
    assert_eq!(wanted, tagged);
}

#[test]
fn the_queries_of_objectives_find_a_number_where_something_runs() {
    let mut without = Vec::new();
    for environment in sandbox().environments() {
        for guardian in environment.settings_objects(GUARDIANS) {
            for objective in guardian.value["objectives"].as_array().unwrap() {
                let found = ask(environment, objective["dqlQuery"].as_str().unwrap());
                let value = found.first().and_then(|record| record.as_object()?.values().next());
                let number = value.and_then(|value| value.as_f64().or_else(|| value.as_str()?.parse().ok()));
                match number {
                    Some(number) => assert!(number >= 0.0, "{objective}: {found:?}"),
                    None => without.push(format!("{}: {}", guardian.value["name"], objective["name"])),
                }
            }
        }
    }
    assert_eq!(without, ["\"inventory development\": \"CPU usage\""], "its only pod can't start");
}

#[test]
fn entities_are_in_the_zones_that_rules_put_them_in() {
    let sandbox = sandbox();
    let production = sandbox.environment("production").unwrap();
    let zone = |kind: &str, zone: &str| {
        let query = format!(
            "fetch dt.entity.{kind} | filter in(\"{zone}\", managementZones) | fields entity.name | sort entity.name"
        );
        names(&ask(production, &query), "entity.name")
    };
    assert_eq!(zone("service", "Team: orders"), ["cart", "checkout", "payment"]);
    assert_eq!(zone("cloud_application", "Team: orders"), ["cart", "checkout", "payment"]);
    assert_eq!(
        zone("cloud_application", "Team: platform"),
        ["accounting", "batch-report", "kafka", "node-agent"]
    );
    assert_eq!(zone("cloud_application", "Stage: production").len(), 14);
    assert_eq!(zone("cloud_application_namespace", "Stage: production"), ["webshop"]);
    assert_eq!(zone("kubernetes_cluster", "Stage: production"), ["prod-eu"]);
    for kind in ["service", "cloud_application", "cloud_application_namespace"] {
        assert_eq!(zone(kind, "Old shop"), [] as [&str; 0]);
    }
    let stages = ask(
        sandbox.environment("preproduction").unwrap(),
        "fetch dt.entity.service | expand zone = managementZones | filter startsWith(zone, \"Stage\") | summarize n = count(), by: {zone} | sort zone",
    );
    assert_eq!(names(&stages, "zone"), ["Stage: development", "Stage: hardening"]);
    assert_eq!(stages[0]["n"], stages[1]["n"]);
}

#[test]
fn entities_follow_what_is_written() {
    let sandbox = sandbox();
    let production = sandbox.environment("production").unwrap();
    let zone = |rules: Value| json!({"name": "Search", "rules": rules});
    let rule = |operator: &str, value: &str| {
        let condition = json!({"key": "SERVICE_NAME", "operator": operator, "stringValue": value, "caseSensitive": false});
        json!({"enabled": true, "type": "ME", "attributeRule": {"entityType": "SERVICE", "conditions": [condition]}})
    };
    let members = |now: i64| {
        let query = "fetch dt.entity.service | filter in(\"Search\", managementZones) | fields entity.name | sort entity.name";
        names(&ask_at(production, query, now), "entity.name")
    };
    assert_eq!(members(NOW), [] as [&str; 0]);
    let create = SettingsObjectCreate {
        schema_id: ZONES.into(),
        scope: "environment".into(),
        value: zone(json!([rule("BEGINS_WITH", "SEA"), rule("EQUALS", "catalog")])),
        ..SettingsObjectCreate::default()
    };
    let id = production.create_settings_object(create.clone(), NOW).unwrap();
    assert_eq!(members(NOW), ["catalog", "search"]);
    assert_eq!(members(NOW + 3_600_000), ["catalog", "search"], "the data set is made anew");
    let update = SettingsObjectUpdate {
        value: zone(json!([rule("CONTAINS", "ar")])),
        ..SettingsObjectUpdate::default()
    };
    production.update_settings_object(&id, update, NOW).unwrap();
    assert_eq!(members(NOW + 3_600_000), ["cart", "search"]);
    production.delete_settings_object(&id, None).unwrap();
    assert_eq!(members(NOW + 3_600_000), [] as [&str; 0]);
    production.create_settings_object(create, NOW).unwrap();
    production.reset();
    assert_eq!(members(NOW + 3_600_000), [] as [&str; 0]);
}

#[test]
fn conditions_look_at_names_tags_labels_and_what_an_entity_belongs_to() {
    let sandbox = sandbox();
    let preproduction = sandbox.environment("preproduction").unwrap();
    let members = |entity_type: &str, conditions: Value| {
        let value = json!({"name": "Trial", "rules": [{"enabled": true, "type": "ME", "attributeRule": {"entityType": entity_type, "conditions": conditions}}]});
        let create = SettingsObjectCreate {
            schema_id: ZONES.into(),
            scope: "environment".into(),
            value,
            ..SettingsObjectCreate::default()
        };
        let id = preproduction.create_settings_object(create, NOW)?;
        let query = format!(
            "fetch dt.entity.{} | filter in(\"Trial\", managementZones) | summarize n = count()",
            entity_type.to_lowercase()
        );
        let found = ask(preproduction, &query)[0]["n"].as_str().unwrap().parse::<u32>().unwrap();
        preproduction.delete_settings_object(&id, None)?;
        Ok::<_, SettingsError>(found)
    };
    let condition = |key: &str, operator: &str, more: Value| {
        let mut condition = json!({"key": key, "operator": operator});
        condition.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!([condition])
    };
    let text = |value: &str| json!({"stringValue": value});
    let label = condition(
        "CLOUD_APPLICATION_LABELS",
        "EQUALS",
        json!({"dynamicKey": "team", "stringValue": "orders"}),
    );
    assert_eq!(members("CLOUD_APPLICATION", label).unwrap(), 6, "three components on two clusters");
    let cluster = condition("KUBERNETES_CLUSTER_NAME", "EQUALS", text("dev"));
    assert_eq!(members("CLOUD_APPLICATION", cluster.clone()).unwrap(), 14);
    let services = members("SERVICE", cluster).unwrap();
    assert!(services > 0);
    let workload = condition("CLOUD_APPLICATION_NAME", "EQUALS", text("cart"));
    assert_eq!(members("SERVICE", workload).unwrap(), 2);
    let tag = condition("SERVICE_TAGS", "TAG_KEY_EQUALS", json!({"tag": "stage"}));
    assert_eq!(members("SERVICE", tag).unwrap(), services * 2);
    let not = condition("SERVICE_TAGS", "NOT_EQUALS", json!({"tag": "stage:development"}));
    assert_eq!(members("SERVICE", not).unwrap(), services);
    for (key, operator, names) in [
        ("SERVICE_TOPOLOGY", "EXISTS", "SERVICE_TOPOLOGY"),
        ("SERVICE_NAME", "REGEX_MATCHES", "REGEX_MATCHES"),
        ("SERVICE_NAME", "EQUALS", "SERVICE_NAME"),
    ] {
        let Err(SettingsError::Invalid { violations }) =
            members("SERVICE", condition(key, operator, json!({})))
        else {
            panic!("{key} {operator} is supported")
        };
        assert_eq!(violations[0].path, "builtin:management-zones/0/rules/0/attributeRule/conditions/0");
        assert!(violations[0].message.contains(names), "{}", violations[0].message);
    }
}

#[test]
fn selectors_know_zones_relations_and_health() {
    let sandbox = sandbox();
    let production = sandbox.environment("production").unwrap();
    let found = |kind: &str, selector: &str| {
        let selector = selector.replace('"', "\\\"");
        let query = format!(
            "fetch dt.entity.{kind} | filter in(id, classicEntitySelector(\"{selector}\")) | fields entity.name | sort entity.name"
        );
        names(&ask(production, &query), "entity.name")
    };
    assert_eq!(
        found("service", r#"type("SERVICE"),mzName("Team: orders")"#),
        ["cart", "checkout", "payment"]
    );
    assert_eq!(
        found("service", r#"type("SERVICE"),mzName("Team: orders"),not(entityName.in("cart","payment"))"#),
        ["checkout"]
    );
    assert_eq!(
        found("service", r#"type("SERVICE"),healthState("UNHEALTHY"),tag("team:orders")"#),
        [] as [&str; 0]
    );
    assert_eq!(
        found(
            "cloud_application",
            r#"type("CLOUD_APPLICATION"),healthState("UNHEALTHY"),tag("[Kubernetes]team:orders")"#
        ),
        ["checkout", "payment"]
    );
    assert_eq!(
        found(
            "service",
            r#"type("SERVICE"),fromRelationships.runsOn(type("CLOUD_APPLICATION"),entityName.equals("cart"))"#
        ),
        ["cart"]
    );
    assert_eq!(
        found(
            "cloud_application",
            r#"type("CLOUD_APPLICATION"),toRelationships.runsOn(type("SERVICE"),entityName.equals("cart"))"#
        ),
        ["cart"]
    );
    assert_eq!(
        found("service", r#"type("SERVICE"),caseSensitive(entityName.equals("Cart"))"#),
        [] as [&str; 0]
    );
    assert_eq!(found("service", r#"type("SERVICE"),entityName.equals("Cart")"#), ["cart"]);
}

#[test]
fn every_service_level_objective_selects_one_service() {
    for environment in sandbox().environments() {
        for objective in environment.settings_objects("builtin:monitoring.slo") {
            let filter = objective.value["filter"].as_str().unwrap().replace('"', "\\\"");
            let query = format!(
                "fetch dt.entity.service | filter in(id, classicEntitySelector(\"{filter}\")) | summarize n = count()"
            );
            assert_eq!(ask(environment, &query), [json!({"n": "1"})], "{filter}");
        }
    }
}
