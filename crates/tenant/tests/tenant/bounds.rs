//! What an environment may cost this machine: queries at the same time, queries that wait, bytes that are read.

use std::future::pending;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use grailstage_tenant::{DqlRequest, EnvironmentConfig, Tenant};
use serde_json::json;

use crate::world::{Endpoint, World, assert_refused, done, hang, oauth_config, running, text};

fn tenant_with(world: &std::rc::Rc<World>, limits: serde_json::Value) -> Tenant<World> {
    let mut config = oauth_config();
    config["limits"] = limits;
    Tenant::new(std::rc::Rc::clone(world), EnvironmentConfig::from_json(&config).unwrap())
}

#[test]
fn no_more_queries_run_at_once_than_the_limit_says() {
    let world = World::new();
    world.script(Endpoint::Execute, |_, _| done().after_millis(1_000));
    let tenant = tenant_with(&world, json!({"maxConcurrentQueries": 2}));
    let request = DqlRequest::new("fetch logs");
    let outcomes = world.block_on(join_all((0..6).map(|_| tenant.run(&request, pending()))));
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(world.moments(Endpoint::Execute), [0, 0, 1_000, 1_000, 2_000, 2_000]);
}

#[test]
fn eight_queries_run_at_once_by_default() {
    let world = World::new();
    world.script(Endpoint::Execute, |_, _| done().after_millis(1_000));
    let tenant = world.tenant();
    let request = DqlRequest::new("fetch logs");
    world.block_on(join_all((0..9).map(|_| tenant.run(&request, pending()))));
    assert_eq!(world.moments(Endpoint::Execute), [0, 0, 0, 0, 0, 0, 0, 0, 1_000]);
}

#[test]
fn a_query_that_does_not_fit_into_the_queue_is_refused_at_once() {
    let world = World::new();
    world.script(Endpoint::Execute, |_, _| done().after_millis(1_000));
    let tenant = tenant_with(&world, json!({"maxConcurrentQueries": 1, "maxQueuedQueries": 1}));
    let request = DqlRequest::new("fetch logs");
    let outcomes = world.block_on(join_all((0..3).map(|_| tenant.run(&request, pending()))));
    let refused: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
    assert_eq!(refused.len(), 1);
    assert_eq!((refused[0].code(), refused[0].status()), ("queue-full", 503));
    assert_eq!(world.count(Endpoint::Execute), 2);
}

#[test]
fn waiting_for_a_turn_counts_against_the_deadline() {
    let world = World::new();
    world.on(Endpoint::Execute, [hang()]);
    let tenant = tenant_with(&world, json!({"maxConcurrentQueries": 1}));
    let long = DqlRequest::new("fetch logs");
    let short = DqlRequest::new("fetch logs").deadline(Duration::from_secs(2));
    let outcomes = world
        .block_on(async { futures_util::join!(tenant.run(&long, pending()), tenant.run(&short, pending())) });
    let error = outcomes.1.unwrap_err();
    assert_eq!((error.code(), error.status()), ("deadline-exceeded", 504));
    assert_eq!(
        error.to_string(),
        "no answer within 2 s, still waiting for other queries of the environment to end"
    );
    assert!(error.help().unwrap().contains("`limits.maxConcurrentQueries`"));
    assert_eq!(world.count(Endpoint::Execute), 1);
}

#[test]
fn who_gives_up_waiting_makes_room() {
    let world = World::new();
    world.script(Endpoint::Execute, |_, _| done().after_millis(1_000));
    let tenant = tenant_with(&world, json!({"maxConcurrentQueries": 1}));
    let request = DqlRequest::new("fetch logs");
    let (first, gone, last) = world.block_on(async {
        futures_util::join!(
            tenant.run(&request, pending()),
            tenant.run(&request, world.timer(500)),
            tenant.run(&request, pending()),
        )
    });
    assert!(first.is_ok() && last.is_ok());
    assert_eq!(gone.unwrap_err().code(), "cancelled");
    assert_eq!(world.moments(Endpoint::Execute), [0, 1_000]);
}

#[test]
fn a_dropped_run_gives_its_place_back() {
    let world = World::new();
    world.on(Endpoint::Execute, [hang(), done()]);
    let tenant = tenant_with(&world, json!({"maxConcurrentQueries": 1, "maxQueuedQueries": 0}));
    let request = DqlRequest::new("fetch logs");
    world.block_on(async {
        let mut abandoned = tenant.run(&request, pending()).boxed_local();
        assert!((&mut abandoned).now_or_never().is_none());
        drop(abandoned);
        tenant.run(&request, pending()).await.unwrap();
    });
}

#[test]
fn an_answer_larger_than_allowed_is_not_read() {
    let world = World::new();
    // Twice the limit that Grail was asked to keep to, and a mebibyte around it.
    let allowed = 2 * 5_242_880 + 1_048_576;
    world.on(Endpoint::Execute, [text(200, "application/json", &" ".repeat(allowed + 1))]);
    let outcome = world.ask();
    let error = assert_refused(&world, outcome, "response-too-large", 502, [1, 1, 0, 0], 0);
    assert_eq!(error.to_string(), "the answer of `abc12345.apps.dynatrace.com` has more than 11534336 bytes");
    assert!(error.help().unwrap().contains("fewer records"));
}

#[test]
fn a_poll_that_brings_too_much_ends_the_query() {
    let world = World::new();
    world.on(Endpoint::Execute, [running(202)]);
    world.on(Endpoint::Poll, [text(200, "application/json", &" ".repeat(12_000_000))]);
    let outcome = world.ask();
    assert_refused(&world, outcome, "response-too-large", 502, [1, 1, 1, 1], 0);
}
