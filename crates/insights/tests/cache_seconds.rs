//! How long answers are kept: as long as the configuration says, else as the card does.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod sandbox_host;

use std::rc::Rc;
use std::time::Duration;

use grailstage_insights::Client;
use serde_json::{Value, json};

use sandbox_host::{SandboxHost, card, component, environment};

fn config(cards: &Value) -> Value {
    let environments = [environment("production", grailstage_sandbox::PLATFORM_TOKEN)];
    json!({ "environments": environments, "cards": cards })
}

fn executed(host: &SandboxHost) -> u64 {
    host.sandbox.environment("production").unwrap().counters().get("execute").map_or(0, |route| route.calls)
}

#[test]
fn answers_are_kept_for_the_seconds_of_the_configuration() {
    let host = SandboxHost::with_store();
    let request = |refresh: bool| {
        json!({
            "card": "kubernetes-deployments",
            "entity": component(json!({ "backstage.io/kubernetes-id": "webshop.cart" })),
            "refresh": refresh,
        })
    };
    // How often production is asked by views after so many seconds each.
    let asked = |cards: &Value, views: &[(u64, bool)]| -> Vec<u64> {
        host.forget();
        let client = Client::new(Rc::clone(&host), &config(cards)).unwrap();
        views
            .iter()
            .map(|(seconds, refresh)| {
                host.pass(Duration::from_secs(*seconds));
                let before = executed(&host);
                let answer = card(&client, request(*refresh)).unwrap();
                assert_eq!(answer["state"], "ready");
                host.settle();
                executed(&host) - before
            })
            .collect()
    };
    let views = [(0, false), (59, false), (2, false)];
    let own = asked(&json!({}), &views);
    assert!(own[0] > 0 && own[0] == own[2], "{own:?}");
    assert_eq!(own[1], 0, "a minute is the card's own");

    let all = own[0];
    let lasts = |seconds: u64| json!({ "kubernetes-deployments": { "cacheSeconds": seconds } });
    assert_eq!(asked(&lasts(10), &[(0, false), (9, false), (2, false)]), [all, 0, all]);
    assert_eq!(asked(&lasts(3_600), &[(0, false), (3_599, false), (2, false)]), [all, 0, all]);
    assert_eq!(asked(&lasts(0), &[(0, false), (0, false), (1, false)]), [all, all, all], "never kept");
    let others = json!({ "dora": { "cacheSeconds": 0 }, "kubernetes-deployments": {} });
    assert_eq!(asked(&others, &views), own);
    // Who refreshes gets no more than the last seconds of what is kept.
    assert_eq!(asked(&lasts(3_600), &[(0, false), (4, true), (2, true), (60, false)]), [all, 0, all, 0]);
}

#[test]
fn a_configuration_that_makes_no_sense_is_refused_by_its_path() {
    let problem = |cards: Value| {
        let error = Client::new(SandboxHost::new(), &config(&cards)).err().unwrap();
        assert_eq!(error.code(), "invalid-config");
        error.to_string()
    };
    for seconds in [json!(-1), json!(86_401), json!(1.5), json!("60"), json!(true)] {
        let message = problem(json!({ "dora": { "cacheSeconds": seconds } }));
        let expected = format!(
            "`dynatrace.cards.dora.cacheSeconds` is {seconds}; give whole seconds from 0 (never kept) to 86400"
        );
        assert_eq!(message, expected);
    }
    assert_eq!(problem(json!({ "dora": 60 })), "`dynatrace.cards.dora` is not an object");
    assert_eq!(problem(json!([])), "`dynatrace.cards` is not an object");
    let unknown = problem(json!({ "dara": { "cacheSeconds": 60 } }));
    assert!(
        unknown.starts_with(
            "`dynatrace.cards.dara` is not a card; there are `team`, `kubernetes-deployments`, "
        )
    );
}

#[test]
fn the_bounds_themselves_are_taken() {
    for seconds in [0, 1, 86_400] {
        let cards = json!({ "dora": { "cacheSeconds": seconds } });
        assert!(Client::new(SandboxHost::new(), &config(&cards)).is_ok(), "{seconds}");
    }
}
