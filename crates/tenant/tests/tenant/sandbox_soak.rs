//! Half an hour of requests against the sandbox in simulated time, with its faults at random: every answer is what the
//! data says, or a clear failure within the deadline; and when the faults end, so do the failures.

use std::rc::Rc;
use std::time::Duration;

use futures_util::future::join_all;
use grailstage_sandbox::{CLIENT_SECRET, Fault, FaultKind};
use grailstage_tenant::{DqlRequest, Freshness};
use serde_json::{Value, json};

use crate::sandbox_world::{sandbox_of, tenant_of, world_of};
use crate::soak::Random;
use crate::world::Endpoint;

const HALF_AN_HOUR: u64 = 1_800_000;
const QUESTIONS: u64 = 5;
const FRESHNESS: Freshness =
    Freshness { fresh: Duration::from_secs(5), stale: Duration::from_secs(5), anew: false };
/// What the faults of [`fault`] may be told as.
const CODES: [&str; 12] = [
    "cancelled",
    "deadline-exceeded",
    "invalid-credentials",
    "not-json",
    "query-cancelled",
    "query-failed",
    "rate-limited",
    "redirected",
    "result-gone",
    "truncated-response",
    "unreachable",
    "upstream-failed",
];

fn fault(random: &Random) -> Fault {
    let millis = random.below(40_000);
    let kind = match random.below(15) {
        0 => FaultKind::Latency { millis },
        1 => FaultKind::SlowQuery { millis },
        2 => FaultKind::NotStarted { millis },
        3 => FaultKind::RateLimited { retry_after_seconds: Some(millis / 1_000) },
        4 => FaultKind::RateLimited { retry_after_seconds: None },
        5 => FaultKind::ServerError { status: 503 },
        6 => FaultKind::HtmlPage { status: 200 },
        7 => FaultKind::Redirect,
        8 => FaultKind::TruncatedJson,
        9 => FaultKind::Failed,
        10 => FaultKind::Cancelled,
        11 => FaultKind::ResultGone,
        12 => FaultKind::TokenRevoked,
        13 => FaultKind::Hang,
        _ => FaultKind::ConnectionReset,
    };
    let route = ["token", "execute", "execute", "execute", "poll", "cancel"];
    let route = route[usize::try_from(random.below(6)).unwrap()];
    let times = u32::try_from(random.below(5)).unwrap() + 1;
    Fault { kind, route: Some(route.to_owned()), times: Some(times) }
}

#[test]
fn every_answer_of_half_an_hour_is_what_the_data_says_or_clearly_failed() {
    let logs: Vec<Value> = (0..QUESTIONS)
        .flat_map(|number| {
            (0..=number)
                .map(move |of| json!({"question": number.to_string(), "content": format!("{number}/{of}")}))
        })
        .collect();
    let sandbox = sandbox_of(&json!({ "logs": logs }));
    let environment = sandbox.environment("production").unwrap();
    let expected = |number: u64| -> Vec<Value> {
        (0..=number).map(|of| json!({"content": format!("{number}/{of}")})).collect()
    };
    let request = |number: u64| {
        DqlRequest::new(format!(
            "fetch logs | filter question == \"{number}\" | sort content | fields content"
        ))
    };
    for seed in 0..4 {
        let world = world_of(environment, &[]);
        let replicas = [tenant_of(&world, &json!({})), tenant_of(&world, &json!({}))];
        let random = Random::new(seed);
        let (mut right, mut failed) = (0_u32, 0_u32);
        while world.elapsed() < HALF_AN_HOUR {
            if random.below(3) == 0 {
                environment.add_fault(fault(&random));
            }
            let callers = (0..=random.below(8)).map(|_| {
                let tenant = Rc::clone(&replicas[usize::try_from(random.below(2)).unwrap()]);
                let number = random.below(QUESTIONS);
                let patience = if random.below(10) == 0 { random.below(3_000) } else { 3_600_000 };
                let (world, request) = (&world, request(number));
                async move {
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
                        assert_eq!(records, expected(number), "seed {seed}");
                        // Ten seconds kept, and as long under way as its deadline lets it be.
                        assert!(answer.age <= Duration::from_secs(41), "seed {seed}: {:?}", answer.age);
                        right += 1;
                    }
                    Err(error) => {
                        assert!(CODES.contains(&error.code()), "seed {seed}: {error:?}");
                        assert!(!format!("{error:?} {error} {:?}", error.help()).contains(CLIENT_SECRET));
                        failed += 1;
                    }
                }
            }
            world.block_on(world.timer(random.below(15_000)));
        }
        world.settle();
        assert!(failed >= 20 && right >= 3 * failed, "seed {seed}: {right} right, {failed} failed");
        assert!(world.count(Endpoint::Token) >= 6, "tokens of five minutes are renewed");

        environment.reset();
        world.block_on(world.timer(60_000));
        for (tenant, number) in replicas.iter().flat_map(|tenant| (0..QUESTIONS).map(move |it| (tenant, it)))
        {
            let request = request(number);
            let answer = world.block_on(tenant.ask(&request, FRESHNESS, std::future::pending())).unwrap();
            assert_eq!(answer.result.rows::<Value>().unwrap(), expected(number), "seed {seed}");
        }
        assert!(replicas.iter().all(|tenant| tenant.queue_length() == 0), "nobody is left waiting");
        let observed = format!("{:?}", world.observed.borrow());
        assert!(!observed.contains(CLIENT_SECRET) && !observed.contains("Bearer"));
    }
}
