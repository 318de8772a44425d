//! Who asks the same gets the same, once paid for.

use std::cell::Cell;
use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{join, join_all};
use grailstage_tenant::{Answer, CacheOutcome, DqlRequest, Freshness, Tenant, TenantError};
use serde_json::{Value, json};

use crate::world::{CLIENT_SECRET, Endpoint, Mood, World, answer, done, grail_error, hang, running, state};

const MINUTE: Freshness =
    Freshness { fresh: Duration::from_secs(60), stale: Duration::from_secs(600), anew: false };

fn replica(world: &Rc<World>) -> Rc<Tenant<World>> {
    Rc::new(world.tenant())
}

fn logs() -> DqlRequest {
    DqlRequest::new("fetch logs | limit 5")
}

fn ask(world: &World, tenant: &Rc<Tenant<World>>) -> Result<Answer, TenantError> {
    let answer = world.block_on(tenant.ask(&logs(), MINUTE, pending()));
    world.settle();
    answer
}

fn pass(world: &World, seconds: u64) {
    world.block_on(world.timer(seconds * 1_000));
}

/// An environment whose answers count up.
fn counting(world: &World, millis: u64) {
    let asked = Rc::new(Cell::new(0));
    world.script(Endpoint::Execute, move |_, _| {
        asked.set(asked.get() + 1);
        let records = json!([{ "n": asked.get().to_string() }]);
        answer(200, &json!({"state": "SUCCEEDED", "result": {"records": records, "types": []}}))
            .after_millis(millis)
    });
}

fn number(answer: &Answer) -> String {
    let records: Vec<Value> = answer.result.rows().unwrap();
    records[0]["n"].as_str().unwrap().to_owned()
}

#[test]
fn fifty_callers_at_once_cost_one_query() {
    let world = World::new();
    counting(&world, 800);
    let tenant = replica(&world);
    let request = logs();
    let answers = world.block_on(join_all((0..50).map(|_| tenant.ask(&request, MINUTE, pending()))));
    let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
    assert_eq!((world.count(Endpoint::Token), world.count(Endpoint::Execute)), (1, 1));
    assert!(answers.iter().all(|answer| number(answer) == "1"));
    let of = |cache| answers.iter().filter(|answer| answer.cache == cache).count();
    assert_eq!((of(CacheOutcome::Miss), of(CacheOutcome::Shared)), (1, 49));
}

#[test]
fn callers_that_write_a_query_differently_share_it() {
    let world = World::new();
    counting(&world, 800);
    let tenant = replica(&world);
    let (one, other) = (logs(), DqlRequest::new("fetch logs\n  | limit 5 // five"));
    let ask = |request| tenant.ask(request, Freshness::SHARED_ONLY, pending());
    let (one, other) = world.block_on(join(ask(&one), ask(&other)));
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(world.count(Endpoint::Execute), 1);
}

#[test]
fn what_is_only_shared_is_not_kept() {
    let world = World::new();
    counting(&world, 0);
    let tenant = replica(&world);
    for expected in ["1", "2"] {
        let answer = world.block_on(tenant.ask(&logs(), Freshness::SHARED_ONLY, pending())).unwrap();
        assert_eq!((number(&answer).as_str(), answer.cache), (expected, CacheOutcome::Miss));
    }
    assert_eq!(world.store.asked.get(), 0);
}

#[test]
fn a_fresh_answer_costs_nothing() {
    let world = World::new();
    counting(&world, 0);
    let tenant = replica(&world);
    ask(&world, &tenant).unwrap();
    pass(&world, 59);
    let again = ask(&world, &tenant).unwrap();
    assert_eq!((again.cache, again.age), (CacheOutcome::Hit, Duration::from_secs(59)));
    assert_eq!((number(&again).as_str(), world.count(Endpoint::Execute)), ("1", 1));
}

#[test]
fn another_replica_finds_the_answer() {
    let world = World::new();
    counting(&world, 0);
    ask(&world, &replica(&world)).unwrap();
    assert_eq!(ask(&world, &replica(&world)).unwrap().cache, CacheOutcome::Hit);
    assert_eq!(world.count(Endpoint::Execute), 1);
}

#[test]
fn a_stale_answer_is_given_at_once_and_renewed_once() {
    let world = World::new();
    counting(&world, 2_000);
    let tenant = replica(&world);
    ask(&world, &tenant).unwrap();
    pass(&world, 61);
    let before = world.elapsed();
    let request = logs();
    let answers = world.block_on(join_all((0..10).map(|_| tenant.ask(&request, MINUTE, pending()))));
    assert_eq!(world.elapsed(), before, "nobody waits");
    assert!(answers.iter().all(|answer| answer.as_ref().unwrap().cache == CacheOutcome::Stale));
    assert!(answers.iter().all(|answer| number(answer.as_ref().unwrap()) == "1"));
    world.settle();
    assert_eq!(world.count(Endpoint::Execute), 2);
    let renewed = ask(&world, &tenant).unwrap();
    assert_eq!((number(&renewed).as_str(), renewed.cache), ("2", CacheOutcome::Hit));
}

#[test]
fn a_renewal_that_fails_leaves_the_stale_answer() {
    let world = World::new();
    counting(&world, 0);
    let tenant = replica(&world);
    ask(&world, &tenant).unwrap();
    pass(&world, 61);
    world.script(Endpoint::Execute, |_, _| grail_error(403, &json!({})));
    for _ in 0..2 {
        assert_eq!(ask(&world, &tenant).unwrap().cache, CacheOutcome::Stale);
    }
}

#[test]
fn an_old_answer_is_not_given_at_all() {
    let world = World::new();
    counting(&world, 0);
    let tenant = replica(&world);
    ask(&world, &tenant).unwrap();
    pass(&world, 661);
    let again = ask(&world, &tenant).unwrap();
    assert_eq!((number(&again).as_str(), again.cache), ("2", CacheOutcome::Miss));
}

#[test]
fn two_replicas_at_once_cost_one_query() {
    let world = World::new();
    counting(&world, 3_000);
    let (one, other) = (replica(&world), replica(&world));
    let request = logs();
    let ask = |tenant: &Rc<Tenant<World>>| {
        let (tenant, request) = (Rc::clone(tenant), request.clone());
        async move { tenant.ask(&request, MINUTE, pending()).await }
    };
    let callers = (0..50).flat_map(|_| [ask(&one), ask(&other)]);
    let answers = world.block_on(join_all(callers));
    assert!(answers.iter().all(|answer| number(answer.as_ref().unwrap()) == "1"));
    assert_eq!(world.count(Endpoint::Execute), 1);
    assert!(world.elapsed() <= 3_200, "took {} ms", world.elapsed());
}

#[test]
fn a_replica_that_dies_holds_nobody_up_for_long() {
    let world = World::new();
    counting(&world, 0);
    let dying = replica(&world);
    world.on(Endpoint::Token, [hang(), crate::world::token("access-1")]);
    let request = logs();
    let mut abandoned = Box::pin(dying.ask(&request, MINUTE, pending()));
    // The claim is made, and its holder stops there.
    world.block_on(async {
        futures_util::future::select(&mut abandoned, Box::pin(world.timer(10))).await;
    });
    let outcome = world.block_on(replica(&world).ask(&logs(), MINUTE, pending()));
    assert_eq!(outcome.unwrap().cache, CacheOutcome::Miss);
    assert!(world.elapsed() <= 16_000, "took {} ms", world.elapsed());
}

fn ask_anew(world: &World, tenant: &Rc<Tenant<World>>) -> Answer {
    let answer = world.block_on(tenant.ask(&logs(), MINUTE.anew(), pending())).unwrap();
    world.settle();
    answer
}

#[test]
fn who_asks_anew_passes_over_what_is_kept_and_brings_it_up_to_date() {
    let world = World::new();
    counting(&world, 0);
    let (one, other) = (replica(&world), replica(&world));
    ask(&world, &one).unwrap();
    pass(&world, 6);
    let anew = ask_anew(&world, &one);
    assert_eq!((number(&anew).as_str(), anew.cache, anew.age), ("2", CacheOutcome::Miss, Duration::ZERO));
    for tenant in [&one, &other] {
        let kept = ask(&world, tenant).unwrap();
        assert_eq!((number(&kept).as_str(), kept.cache), ("2", CacheOutcome::Hit));
    }
}

#[test]
fn a_key_held_down_costs_a_query_every_five_seconds() {
    let world = World::new();
    counting(&world, 0);
    let tenant = replica(&world);
    let mut ages = Vec::new();
    // A minute, five times a second.
    for _ in 0..300 {
        ages.push(ask_anew(&world, &tenant).age);
        world.block_on(world.timer(200));
    }
    assert!(ages.iter().all(|age| *age <= Duration::from_secs(5)));
    assert!(world.count(Endpoint::Execute) <= 60 / 5, "{} queries", world.count(Endpoint::Execute));
}

#[test]
fn a_hundred_who_ask_anew_at_once_in_two_replicas_cost_one_query() {
    let world = World::new();
    counting(&world, 8_000);
    let replicas = [replica(&world), replica(&world)];
    let request = logs();
    let answers = world.block_on(join_all(
        (0..100).map(|caller| replicas[caller % 2].ask(&request, MINUTE.anew(), pending())),
    ));
    assert!(answers.iter().all(|answer| number(answer.as_ref().unwrap()) == "1"));
    assert_eq!(world.count(Endpoint::Execute), 1);
    assert!(world.elapsed() <= 8_200, "took {} ms", world.elapsed());
}

#[test]
fn who_asks_anew_during_an_older_question_asks_when_that_has_ended() {
    let world = World::new();
    counting(&world, 8_000);
    for freshness in [MINUTE, Freshness::SHARED_ONLY] {
        let (tenant, request, start) = (replica(&world), logs(), world.elapsed());
        let asked_before = world.count(Endpoint::Execute);
        let later = |seconds: u64| {
            let (world, tenant, request) = (&world, &tenant, &request);
            async move {
                world.timer(seconds * 1_000).await;
                let answer = tenant.ask(request, freshness.anew(), pending()).await.unwrap();
                (number(&answer), world.elapsed() - start)
            }
        };
        let answers = world.block_on(join_all([0, 4, 6, 7].map(later)));
        let numbers: Vec<_> = answers.iter().map(|(number, _)| number.clone()).collect();
        assert_eq!(numbers[0], numbers[1], "4 s after the question it is new enough");
        assert_ne!(numbers[1], numbers[2], "6 s after it is not");
        assert_eq!(numbers[2], numbers[3], "both share the second question");
        assert_eq!(world.count(Endpoint::Execute) - asked_before, 2);
        let ended = answers[3].1;
        assert!((16_000..=16_400).contains(&ended), "one after the other: {ended} ms");
        world.settle();
        world.store.values.borrow_mut().clear();
    }
}

#[test]
fn who_waits_for_an_older_question_first_keeps_to_the_deadline() {
    let world = World::new();
    counting(&world, 20_000);
    let (tenant, request) = (replica(&world), logs());
    let late = async {
        world.timer(6_000).await;
        tenant.ask(&request, MINUTE.anew(), pending()).await
    };
    let (first, late) = world.block_on(join(tenant.ask(&request, MINUTE.anew(), pending()), late));
    assert!(first.is_ok());
    assert_eq!(late.unwrap_err().code(), "deadline-exceeded");
    assert!(world.elapsed() <= 38_000, "took {} ms", world.elapsed());
}

#[test]
fn nobody_waits_for_who_asks_anew() {
    let world = World::new();
    counting(&world, 3_000);
    let (tenant, request) = (replica(&world), logs());
    ask(&world, &tenant).unwrap();
    pass(&world, 30);
    let start = world.elapsed();
    let others = async {
        world.timer(1_000).await;
        let kept = tenant.ask(&request, MINUTE, pending()).await.unwrap();
        (number(&kept), kept.cache, world.elapsed() - start)
    };
    let (anew, kept) = world.block_on(join(tenant.ask(&request, MINUTE.anew(), pending()), others));
    assert_eq!(number(&anew.unwrap()), "2");
    assert_eq!(kept, ("1".to_owned(), CacheOutcome::Hit, 1_000));
}

#[test]
fn who_asks_anew_while_a_stale_answer_is_renewed_takes_the_renewed_one() {
    let world = World::new();
    counting(&world, 2_000);
    let (tenant, request) = (replica(&world), logs());
    ask(&world, &tenant).unwrap();
    pass(&world, 61);
    let (stale, anew) = world.block_on(async {
        let stale = tenant.ask(&request, MINUTE, pending()).await.unwrap();
        (stale, tenant.ask(&request, MINUTE.anew(), pending()).await.unwrap())
    });
    assert_eq!((stale.cache, number(&anew).as_str()), (CacheOutcome::Stale, "2"));
    assert_eq!(world.count(Endpoint::Execute), 2);
}

#[test]
fn who_asks_anew_meets_the_error_of_a_moment_ago() {
    let world = World::new();
    let limited = answer(429, &json!({})).header("retry-after", "120");
    world.on(Endpoint::Execute, [limited, done()]);
    let tenant = replica(&world);
    assert_eq!(ask(&world, &tenant).unwrap_err().code(), "rate-limited");
    pass(&world, 8);
    let outcome = world.block_on(tenant.ask(&logs(), MINUTE.anew(), pending()));
    assert_eq!(outcome.unwrap_err().code(), "rate-limited");
    assert_eq!(world.count(Endpoint::Execute), 1);
    pass(&world, 3);
    ask_anew(&world, &tenant);
}

#[test]
fn a_store_that_fails_does_not_keep_who_asks_anew_waiting() {
    let world = World::new();
    world.store.mood.set(Mood::Fails);
    counting(&world, 1_000);
    let tenant = replica(&world);
    ask_anew(&world, &tenant);
    pass(&world, 6);
    let start = world.elapsed();
    assert_eq!(number(&ask_anew(&world, &tenant)), "2");
    assert_eq!(world.elapsed() - start, 1_000);
}

#[test]
fn the_last_caller_to_leave_cancels_the_query() {
    let world = World::new();
    world.on(Endpoint::Execute, [running(202)]).on(Endpoint::Poll, [hang()]);
    let tenant = replica(&world);
    let request = logs();
    let ask = |millis| tenant.ask(&request, MINUTE, world.timer(millis));
    let (first, last) = world.block_on(join(ask(1_000), ask(2_000)));
    assert_eq!((first.unwrap_err().code(), last.unwrap_err().code()), ("cancelled", "cancelled"));
    world.settle();
    assert_eq!(world.moments(Endpoint::Cancel), [2_000]);
}

#[test]
fn callers_that_are_dropped_have_left() {
    let world = World::new();
    world.on(Endpoint::Execute, [running(202)]).on(Endpoint::Poll, [hang()]);
    let tenant = replica(&world);
    let request = logs();
    let both =
        Box::pin(join(tenant.ask(&request, MINUTE, pending()), tenant.ask(&request, MINUTE, pending())));
    world.block_on(async { drop(futures_util::future::select(both, Box::pin(world.timer(700))).await) });
    world.settle();
    assert_eq!(world.moments(Endpoint::Cancel), [700]);
}

#[test]
fn one_caller_leaving_takes_nothing_from_the_others() {
    let world = World::new();
    counting(&world, 2_000);
    let tenant = replica(&world);
    let request = logs();
    let (gone, stays) = world.block_on(join(
        tenant.ask(&request, MINUTE, world.timer(500)),
        tenant.ask(&request, MINUTE, pending()),
    ));
    assert_eq!(gone.unwrap_err().code(), "cancelled");
    assert_eq!(number(&stays.unwrap()), "1");
    assert_eq!(world.count(Endpoint::Cancel), 0);
}

#[test]
fn who_comes_after_the_last_has_left_is_asked_for_anew() {
    let world = World::new();
    world.on(Endpoint::Execute, [hang(), done()]);
    let tenant = replica(&world);
    let request = logs();
    world.block_on(async {
        assert!(tenant.ask(&request, MINUTE, world.timer(500)).await.is_err());
        assert!(tenant.ask(&request, MINUTE, pending()).await.is_ok());
    });
    assert_eq!(world.count(Endpoint::Execute), 2);
}

#[test]
fn a_late_caller_keeps_to_the_deadline_of_his_own() {
    let world = World::new();
    world.on(Endpoint::Execute, [running(202)]);
    world.script(Endpoint::Poll, |_, _| state("RUNNING"));
    let tenant = replica(&world);
    let (patient, impatient) = (logs(), logs().deadline(Duration::from_secs(2)));
    let (patient, at) = world.block_on(join(tenant.ask(&patient, MINUTE, pending()), async {
        let outcome = tenant.ask(&impatient, MINUTE, pending()).await;
        assert_eq!(outcome.unwrap_err().code(), "deadline-exceeded");
        world.elapsed()
    }));
    assert_eq!((patient.unwrap_err().code(), at), ("deadline-exceeded", 2_000));
}

#[test]
fn an_error_is_kept_for_seconds_only() {
    let world = World::new();
    world.on(Endpoint::Execute, [grail_error(403, &json!({})), done()]);
    let tenant = replica(&world);
    for _ in 0..5 {
        assert_eq!(ask(&world, &tenant).unwrap_err().code(), "forbidden");
    }
    assert_eq!(world.count(Endpoint::Execute), 1);
    assert!(world.store.values.borrow().is_empty(), "errors and claims are not left in the store");
    pass(&world, 4);
    assert!(ask(&world, &tenant).is_ok());
}

#[test]
fn a_rate_limit_is_kept_for_ten_seconds_at_most() {
    let world = World::new();
    let limited = answer(429, &json!({})).header("retry-after", "120");
    world.on(Endpoint::Execute, [limited, done()]);
    let tenant = replica(&world);
    assert_eq!(ask(&world, &tenant).unwrap_err().code(), "rate-limited");
    pass(&world, 9);
    assert_eq!(ask(&world, &tenant).unwrap_err().code(), "rate-limited");
    pass(&world, 2);
    assert!(ask(&world, &tenant).is_ok());
}

#[test]
fn the_place_of_a_fault_is_told_to_who_wrote_that_text() {
    let world = World::new();
    let fault = json!({"errorType": "UNKNOWN_COMMAND", "errorMessage": "There's no command `limt`.",
        "syntaxErrorPosition": {"start": {"column": 14, "index": 13, "line": 1}, "end": {"column": 17, "index": 16, "line": 1}}});
    world.script(Endpoint::Execute, move |_, _| grail_error(400, &fault));
    let tenant = replica(&world);
    let spans: Vec<_> = ["fetch logs | limt 5", "fetch logs   | limt 5"]
        .map(|query| {
            let request = DqlRequest::new(query);
            let outcome = world.block_on(tenant.ask(&request, Freshness::SHARED_ONLY, pending()));
            outcome.unwrap_err().span().map(|span| span.start)
        })
        .into();
    assert_eq!((spans[0], world.count(Endpoint::Execute)), (Some(13), 1));
    assert_eq!(spans[1], None);
}

#[test]
fn a_large_answer_is_shared_but_not_stored() {
    let world = World::new();
    let text = "x".repeat(4 * 1_048_576);
    let large = json!({"state": "SUCCEEDED", "result": {"records": [{"text": text}], "types": []}});
    world.script(Endpoint::Execute, move |_, _| answer(200, &large));
    let tenant = replica(&world);
    assert!(ask(&world, &tenant).is_ok());
    assert!(world.store.values.borrow().is_empty());
    assert_eq!(ask(&world, &tenant).unwrap().cache, CacheOutcome::Miss);
}

#[test]
fn a_store_that_fails_costs_no_request_and_is_told_once() {
    let world = World::new();
    world.store.mood.set(Mood::Fails);
    counting(&world, 0);
    let tenant = replica(&world);
    for expected in ["1", "2", "3"] {
        assert_eq!(number(&ask(&world, &tenant).unwrap()), expected);
    }
    assert_eq!(world.elapsed(), 0);
    let told: Vec<_> =
        world.observed.borrow().iter().filter(|it| it["kind"] == "store-failed").cloned().collect();
    assert_eq!(
        told,
        [json!({"kind": "store-failed", "operation": "get", "message": "the connection is closed"})]
    );
}

#[test]
fn a_store_that_hangs_costs_a_quarter_of_a_second_and_then_nothing_for_a_while() {
    let world = World::new();
    world.store.mood.set(Mood::Hangs);
    counting(&world, 0);
    let tenant = replica(&world);
    for _ in 0..10 {
        ask(&world, &tenant).unwrap();
    }
    assert_eq!((world.elapsed(), world.store.asked.get()), (250, 1));
    pass(&world, 6);
    world.store.mood.set(Mood::Works);
    ask(&world, &tenant).unwrap();
    assert_eq!(ask(&world, &tenant).unwrap().cache, CacheOutcome::Hit);
}

#[test]
fn what_is_stored_by_someone_else_under_our_key_is_not_read() {
    let world = World::new();
    counting(&world, 0);
    let tenant = replica(&world);
    ask(&world, &tenant).unwrap();
    for (value, _) in world.store.values.borrow_mut().values_mut() {
        *value = b"{\"state\":\"SUCCEEDED\"}".to_vec();
    }
    assert_eq!(ask(&world, &tenant).unwrap().cache, CacheOutcome::Miss);
}

#[test]
fn nothing_that_is_told_or_used_as_a_key_shows_query_or_secret() {
    let world = World::new();
    counting(&world, 0);
    let tenant = replica(&world);
    let request = DqlRequest::new("fetch logs | filter user == \"ada@example.org\"");
    world.block_on(tenant.ask(&request, MINUTE, pending())).unwrap();
    world.settle();
    let told = serde_json::to_string(&*world.observed.borrow()).unwrap();
    let keys = format!("{:?}", world.store.values.borrow().keys());
    for text in [&told, &keys] {
        for hidden in ["ada", "fetch", "access-1", CLIENT_SECRET] {
            assert!(!text.contains(hidden), "{hidden} in {text}");
        }
    }
    let observed = world.observed.borrow();
    let query = observed.iter().find(|it| it["kind"] == "query").unwrap();
    assert_eq!((&query["outcome"], &query["cache"]), (&json!("ok"), &json!("miss")));
    assert_eq!(query["fingerprint"].as_str().unwrap().len(), 12);
    let routes: Vec<_> = observed.iter().filter(|it| it["kind"] == "call").map(|it| &it["route"]).collect();
    assert_eq!(routes, ["token", "execute"]);
}
