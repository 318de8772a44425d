//! The sandbox behind the scripts of a world: the real API of an environment on the clock the tests turn.

use std::rc::Rc;
use std::sync::Arc;

use grailstage_sandbox::{
    CLIENT_ID, CLIENT_SECRET, Delivery, Environment, Fault, Request, Sandbox, SandboxOptions,
};
use grailstage_tenant::{EnvironmentConfig, FetchFailure, HttpRequest, HttpResponse, Tenant};
use serde_json::{Value, json};

use crate::world::{Endpoint, Outcome, Reply, START, World, failure};

/// A sandbox whose environment `production` holds these tables and nothing else, and does not age.
pub(crate) fn sandbox_of(tables: &Value) -> Sandbox {
    let now = i64::try_from(START).unwrap();
    let sandbox = Sandbox::new(SandboxOptions { seed: 7, now });
    sandbox
        .environment("production")
        .unwrap()
        .replace_data(grailstage_sandbox::load::store_from_json(tables, &[]).unwrap());
    sandbox
}

/// A world in which this environment answers.
pub(crate) fn world_of(environment: &Arc<Environment>, faults: &[Fault]) -> Rc<World> {
    environment.reset();
    faults.iter().for_each(|fault| environment.add_fault(fault.clone()));
    world_without_reset(environment)
}

/// A world in which this environment answers as it is, with the segments it has.
pub(crate) fn world_without_reset(environment: &Arc<Environment>) -> Rc<World> {
    let world = World::new();
    for endpoint in [Endpoint::Token, Endpoint::Execute, Endpoint::Poll, Endpoint::Cancel] {
        let environment = Arc::clone(environment);
        world.script(endpoint, move |request, now| reply(&environment, request, now));
    }
    world
}

/// The client of the sandbox, with these further members of its configuration.
pub(crate) fn tenant_of(world: &Rc<World>, further: &Value) -> Rc<Tenant<World>> {
    let mut config = json!({
        "name": "production",
        "url": "https://abc12345.apps.dynatrace.com",
        "clientId": CLIENT_ID,
        "clientSecret": CLIENT_SECRET,
        "accountUrn": "urn:dtaccount:sandbox",
        "tokenUrl": "https://sso.example.com/sso/oauth2/token",
    });
    config.as_object_mut().unwrap().extend(further.as_object().unwrap().clone());
    Rc::new(Tenant::new(Rc::clone(world), EnvironmentConfig::from_json(&config).unwrap()))
}

fn reply(environment: &Environment, request: &HttpRequest, now: u64) -> Reply {
    let (_, target) = request.url.strip_prefix("https://").unwrap().split_once('/').unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let asked = Request {
        method: request.method.as_str().to_owned(),
        path: format!("/{path}"),
        query: query.to_owned(),
        headers: request.headers.clone(),
        body: request.body.clone().unwrap_or_default(),
    };
    let answer = environment.handle(&asked, i64::try_from(START + now).unwrap());
    let reply = match answer.delivery {
        Delivery::Whole => {
            let response = HttpResponse { status: answer.status, headers: answer.headers, body: answer.body };
            Reply { after: std::time::Duration::ZERO, outcome: Outcome::Answer(response) }
        }
        Delivery::Reset => failure(FetchFailure::Reset { message: "ECONNRESET".to_owned() }),
        Delivery::Hang => crate::world::hang(),
    };
    reply.after_millis(answer.hold_millis)
}
