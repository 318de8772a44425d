//! Half an hour of requests in simulated time, with everything going wrong at random: every answer is right, or a
//! clear failure within its deadline.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::join_all;
use grailstage_tenant::{DqlRequest, FetchFailure, Freshness, HttpRequest};
use serde_json::{Value, json};

use crate::world::{
    CLIENT_SECRET, Endpoint, Mood, Reply, World, answer, failure, grail_error, hang, html, reset, text,
};

const SEEDS: u64 = 4;
const HALF_AN_HOUR: u64 = 1_800_000;
const QUESTIONS: u64 = 6;
const FRESHNESS: Freshness =
    Freshness { fresh: Duration::from_secs(60), stale: Duration::from_secs(120), anew: false };

/// SplitMix64.
pub(crate) struct Random(Cell<u64>);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Cell::new(seed))
    }

    pub(crate) fn below(&self, bound: u64) -> u64 {
        self.0.set(self.0.get().wrapping_add(0x9E37_79B9_7F4A_7C15));
        let mut mixed = self.0.get();
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// Something that goes wrong.
fn fault(random: &Random) -> Reply {
    let gateway = |status: u16| answer(status, &json!({"error": {"code": status, "message": "oops"}}));
    match random.below(14) {
        0 => gateway(500),
        1 => gateway(502),
        2 => html(503).header("retry-after", "2"),
        3 => gateway(429).header("retry-after", "1"),
        4 => gateway(429).header("retry-after", "300"),
        5 => gateway(401),
        6 => grail_error(403, &json!({"missingScopes": ["storage:logs:read"]})),
        7 => html(200),
        8 => text(200, "application/json", r#"{"state": "SUCCEEDED", "result": {"records": [{"n"#),
        9 => reset(),
        10 => failure(FetchFailure::Unreachable { message: "ECONNREFUSED".to_owned() }),
        11 => failure(FetchFailure::Redirected),
        12 => answer(200, &json!({"state": "FAILED"})),
        _ => hang(),
    }
}

/// The answer to a question is the question's number.
fn result(question: &str) -> Reply {
    let records = json!([{ "n": question }]);
    answer(200, &json!({"state": "SUCCEEDED", "result": {"records": records, "types": []}}))
}

fn question_of(request: &HttpRequest) -> String {
    let body: Value = serde_json::from_slice(request.body.as_deref().unwrap()).unwrap();
    body["query"].as_str().unwrap().rsplit(' ').next().unwrap().to_owned()
}

fn environment_where_one_in_five_fails(world: &World, seed: u64) {
    let random = Rc::new(Random::new(seed));
    let luck = Rc::clone(&random);
    world.script(Endpoint::Token, move |_, now| match luck.below(8) {
        0 => fault(&luck),
        _ => crate::world::token(&format!("access-{now}")).after_millis(luck.below(300)),
    });
    let luck = Rc::clone(&random);
    world.script(Endpoint::Execute, move |request, _| match luck.below(10) {
        0 | 1 => fault(&luck),
        2 | 3 => answer(202, &json!({"state": "RUNNING", "requestToken": question_of(request)}))
            .after_millis(5_000),
        _ => result(&question_of(request)).after_millis(luck.below(4_000)),
    });
    let luck = Rc::clone(&random);
    world.script(Endpoint::Poll, move |request, _| {
        let token = request.url.split("request-token=").nth(1).unwrap().split('&').next().unwrap();
        match luck.below(6) {
            0 => fault(&luck),
            1 => answer(200, &json!({"state": "RUNNING", "requestToken": token})).after_millis(5_000),
            _ => result(token).after_millis(luck.below(5_000)),
        }
    });
    world.script(Endpoint::Cancel, |_, _| text(202, "application/json", ""));
}

#[test]
fn every_answer_of_half_an_hour_is_right_or_clearly_failed() {
    for seed in 0..SEEDS {
        let world = World::new();
        environment_where_one_in_five_fails(&world, seed);
        let replicas = [Rc::new(world.tenant()), Rc::new(world.tenant())];
        let random = Random::new(seed ^ 0xFACE);
        let (mut right, mut failed) = (0_u32, 0_u32);
        while world.elapsed() < HALF_AN_HOUR {
            world.store.mood.set(match random.below(20) {
                0 => Mood::Fails,
                1 => Mood::Hangs,
                _ => Mood::Works,
            });
            let callers = (0..=random.below(12)).map(|_| {
                let tenant = &replicas[usize::try_from(random.below(2)).unwrap()];
                let number = random.below(QUESTIONS);
                let patience = if random.below(10) == 0 { random.below(3_000) } else { 3_600_000 };
                let world = &world;
                async move {
                    let request = DqlRequest::new(format!("fetch logs | limit {number}"));
                    let started = world.elapsed();
                    let outcome = tenant.ask(&request, FRESHNESS, world.timer(patience)).await;
                    (number, world.elapsed() - started, outcome)
                }
            });
            for (number, took, outcome) in world.block_on(join_all(callers)) {
                assert!(took <= 33_000, "seed {seed}: took {took} ms");
                match outcome {
                    Ok(answer) => {
                        let records: Vec<Value> = answer.result.rows().unwrap();
                        assert_eq!(records, [json!({ "n": number.to_string() })], "seed {seed}");
                        assert!(answer.age <= Duration::from_secs(181), "seed {seed}: {:?}", answer.age);
                        right += 1;
                    }
                    Err(error) => {
                        let told = format!("{error} {:?}", error.help());
                        assert!(
                            error.status() >= 400
                                && !error.code().is_empty()
                                && !error.to_string().is_empty()
                        );
                        assert!(!told.contains(CLIENT_SECRET) && !told.contains("access-"), "{told}");
                        failed += 1;
                    }
                }
            }
            world.block_on(world.timer(random.below(4_000)));
        }
        world.settle();
        let calls = world.count(Endpoint::Execute);
        assert!(right > 3 * failed && failed > 20, "seed {seed}: {right} right, {failed} failed");
        assert!(calls < usize::try_from(right).unwrap(), "seed {seed}: {calls} calls for {right} answers");
        assert!(replicas.iter().all(|tenant| tenant.queue_length() == 0), "nobody is left waiting");
    }
}
