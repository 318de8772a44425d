//! The Automation API: workflows, runs, executions and their tasks.
//! Source: docs.dynatrace.com, Automation API; types of `@dynatrace-sdk/client-automation`.

use serde_json::{Value as Json, json};

use super::environment::Environment;
use super::fault::FaultKind;
use super::ingest::Ingested;
use super::message::{Request, Response};
use crate::automation::{Execution, Executions, RunRequest, TASK, Trigger, Workflow, run};
use crate::guardian::{self, Guardian};
use crate::load::record_to_json;
use crate::slo::{self, Definition};
use crate::store::{Row, Store};
use crate::value::Value;

/// The path of the API.
const PATH: &str = "/platform/automation/v1/";
/// How many workflows or executions a page has when the request does not say.
const USUAL_PAGE: usize = 100;

/// The route of an automation request; nothing for other requests.
pub(super) fn route(method: &str, path: &str) -> Option<&'static str> {
    let rest = path.strip_prefix(PATH)?;
    let runs = method == "POST" && rest.starts_with("workflows/") && rest.ends_with("/run");
    Some(if runs { "run" } else { "automation" })
}

/// The scope that an automation request takes.
pub(super) fn scope(request: &Request) -> &'static str {
    if request.method == "GET" { "automation:workflows:read" } else { "automation:workflows:run" }
}

impl Environment {
    /// Answers a request that is allowed.
    pub(super) fn automate(
        &self,
        request: &Request,
        store: &Store,
        fault: Option<&FaultKind>,
        now_millis: i64,
        trace_id: &str,
    ) -> Response {
        let path = request.path.strip_prefix(PATH).unwrap_or_default();
        let path: Vec<&str> = path.split('/').collect();
        let answer = match (request.method.as_str(), path.as_slice()) {
            ("GET", ["workflows"]) => Ok(self.workflow_list(request, now_millis)),
            ("GET", ["workflows", id]) => {
                self.workflow(id).map(|workflow| ok(&self.shown(&workflow, now_millis)))
            }
            ("POST", ["workflows", id, "run"]) => {
                self.workflow(id).map(|workflow| self.run(request, &workflow, store, fault, now_millis))
            }
            ("GET", ["executions"]) => Ok(self.with_executions(|all| list(request, all, now_millis))),
            ("GET", ["executions", id]) => self.of_execution(id, |execution| ok(&execution.json(now_millis))),
            ("GET", ["executions", id, "log"]) => {
                self.of_execution(id, |execution| ok(&json!(execution.log(now_millis))))
            }
            ("GET", ["executions", id, "actions"]) => {
                self.of_execution(id, |execution| ok(&json!([execution.action_id()])))
            }
            ("GET", ["executions", id, "tasks"]) => {
                self.of_execution(id, |execution| ok(&json!({TASK: execution.task_json(now_millis)})))
            }
            ("GET", ["executions", id, "tasks", task]) => {
                self.of_task(id, task, |execution| ok(&execution.task_json(now_millis)))
            }
            ("GET", ["executions", id, "tasks", task, "result"]) => {
                self.of_task(id, task, |execution| ok(execution.result(now_millis).unwrap_or(&Json::Null)))
            }
            ("GET", ["executions", id, "tasks", task, "input"]) => {
                self.of_task(id, task, |execution| ok(execution.task_input()))
            }
            ("GET", ["executions", id, "tasks", task, "log"]) => {
                self.of_task(id, task, |execution| ok(&json!(execution.log(now_millis))))
            }
            ("GET", ["action-executions", id]) => self.with_executions(|executions| {
                let found = executions.all().iter().find(|execution| execution.action_id() == *id);
                found
                    .map(|execution| ok(&execution.action_json(now_millis)))
                    .ok_or_else(|| ("action execution", (*id).to_owned()))
            }),
            ("POST", ["executions", id, "cancel"]) => self.cancel(id, now_millis, 204, trace_id),
            ("POST", ["executions", id, "tasks", task, "cancel"]) => {
                self.of_task(id, task, |_| ()).and_then(|()| self.cancel(id, now_millis, 200, trace_id))
            }
            (_, ["workflows" | "executions", ..]) => {
                let message = "The sandbox has a workflow for each guardian; it can list and run them, and cancel executions.";
                return error(405, message, trace_id);
            }
            _ => return error(404, "The requested resource does not exist.", trace_id),
        };
        answer.unwrap_or_else(|(what, id)| error(404, &format!("There is no {what} {id}."), trace_id))
    }

    /// The workflows, one for each guardian of the settings.
    fn workflows(&self) -> Vec<Workflow> {
        let objects = self.settings_objects(guardian::SCHEMA);
        objects.iter().map(|object| Workflow::of(Guardian::of(object))).collect()
    }

    fn workflow(&self, id: &str) -> Result<Workflow, Missing> {
        let found = self.workflows().into_iter().find(|workflow| workflow.id == id);
        found.ok_or_else(|| ("workflow", id.to_owned()))
    }

    fn workflow_list(&self, request: &Request, now_millis: i64) -> Response {
        let search = request.parameter("search").unwrap_or_default().to_lowercase();
        let mut found = self.workflows();
        found.retain(|workflow| workflow.title().to_lowercase().contains(&search));
        paged(request, &found, |workflow| self.shown(workflow, now_millis))
    }

    /// A workflow with its last execution.
    fn shown(&self, workflow: &Workflow, now_millis: i64) -> Json {
        let last = self.with_executions(|executions| {
            let of_it = executions.all().iter().rev().find(|execution| execution.workflow == workflow.id);
            of_it.map_or(Json::Null, |execution| execution.json(now_millis))
        });
        workflow.json(&last)
    }

    fn of_execution<T>(&self, id: &str, work: impl FnOnce(&Execution) -> T) -> Result<T, Missing> {
        self.with_executions(|executions| {
            executions.get(id).map(work).ok_or_else(|| ("execution", id.to_owned()))
        })
    }

    fn of_task<T>(&self, id: &str, task: &str, work: impl FnOnce(&Execution) -> T) -> Result<T, Missing> {
        if task != TASK {
            return Err(("task", task.to_owned()));
        }
        self.of_execution(id, work)
    }

    fn cancel(&self, id: &str, now_millis: i64, status: u16, trace_id: &str) -> Result<Response, Missing> {
        match self.with_executions(|executions| executions.cancel(id, now_millis)) {
            Some(Ok(())) => Ok(Response::empty(status)),
            Some(Err(_)) => Ok(error(400, "The execution has ended and can't be cancelled.", trace_id)),
            None => Err(("execution", id.to_owned())),
        }
    }

    /// `POST /workflows/{id}/run`
    fn run(
        &self,
        request: &Request,
        workflow: &Workflow,
        store: &Store,
        fault: Option<&FaultKind>,
        now_millis: i64,
    ) -> Response {
        let body = match (request.body.is_empty(), request.json()) {
            (true, _) => json!({}),
            (false, Some(body @ Json::Object(_))) => body,
            _ => return error(400, "The request body has to be a JSON object.", "run"),
        };
        let object = |name: &str| match body.get(name) {
            None | Some(Json::Null) => Ok(json!({})),
            Some(value @ Json::Object(_)) => Ok(value.clone()),
            Some(_) => Err(error(400, &format!("`{name}` has to be an object."), "run")),
        };
        let (input, params) = match (object("input"), object("params")) {
            (Ok(input), Ok(params)) => (input, params),
            (Err(refusal), _) | (_, Err(refusal)) => return refusal,
        };
        let qualifier = body.get("uniqueQualifier").and_then(Json::as_str).map(ToOwned::to_owned);
        if let Some(qualifier) = &qualifier {
            let earlier = self.with_executions(|executions| {
                executions.qualified(&workflow.id, qualifier).map(|execution| execution.json(now_millis))
            });
            if let Some(earlier) = earlier {
                return Response::json(202, earlier.to_string());
            }
        }
        let wanted = RunRequest {
            workflow,
            trigger: Trigger::Manual,
            input,
            params,
            unique_qualifier: qualifier,
            base_url: base_url(request),
            takes_millis: self.takes_millis(fault),
            breaks: fault == Some(&FaultKind::Failed),
        };
        let execution = self.start(wanted, store, now_millis);
        Response::json(201, execution.json(now_millis).to_string())
    }

    /// Starts the validations that events ask for.
    pub(super) fn trigger(&self, request: &Request, events: &[(&'static str, Row)], now_millis: i64) {
        for (table, event) in events {
            for workflow in self.workflows() {
                if workflow.guardian.kind.table() != *table || !workflow.guardian.is_asked_by(event) {
                    continue;
                }
                let fault = self.take_fault("run");
                let wanted = RunRequest {
                    workflow: &workflow,
                    trigger: Trigger::Event,
                    input: json!({}),
                    params: json!({"event": record_to_json(event)}),
                    unique_qualifier: None,
                    base_url: base_url(request),
                    takes_millis: self.takes_millis(fault.as_ref()),
                    breaks: fault == Some(FaultKind::Failed),
                };
                self.start(wanted, &self.store(), now_millis);
            }
        }
    }

    /// Evaluates the guardian while nothing else waits, and keeps what came of it.
    fn start(&self, wanted: RunRequest<'_>, store: &Store, now_millis: i64) -> Execution {
        let slos: Vec<Definition> = self.settings_objects(slo::SCHEMA).iter().map(Definition::of).collect();
        let ids = self.with_executions(Executions::ids);
        let run = run(wanted, ids, &slos, store, now_millis);
        let execution = run.execution.clone();
        let events = self.with_executions(|executions| executions.keep(run));
        self.keep(events);
        execution
    }

    /// How long an execution takes.
    fn takes_millis(&self, fault: Option<&FaultKind>) -> Option<u64> {
        match fault {
            Some(FaultKind::SlowQuery { millis } | FaultKind::NotStarted { millis }) => Some(*millis),
            Some(FaultKind::NeverEnds) => None,
            _ => self.with_executions(|executions| executions.takes_millis),
        }
    }

    /// Sets how long executions that start from now on take, in milliseconds; nothing for ever.
    pub fn set_execution_time(&self, millis: Option<u64>) {
        self.with_executions(|executions| executions.takes_millis = millis);
    }
}

/// What is missing, and its id.
type Missing = (&'static str, String);

/// The events among what a request brought that may ask for a validation, with their tables.
pub(super) fn asking(ingested: &[Ingested]) -> Vec<(&'static str, Row)> {
    let kinds = [guardian::EventKind::Lifecycle, guardian::EventKind::Business];
    ingested
        .iter()
        .filter_map(|item| match item {
            Ingested::Record(table, row) => {
                let event_type = row.get("event.type").and_then(Value::as_str)?;
                let asks = kinds.iter().any(|kind| kind.table() == *table && kind.trigger() == event_type);
                asks.then(|| (*table, Row::clone(row)))
            }
            Ingested::Metric(_) => None,
        })
        .collect()
}

/// `GET /executions`: the last ones first.
fn list(request: &Request, executions: &Executions, now_millis: i64) -> Response {
    let wanted = |name: &str| {
        let values = request.parameter(name).filter(|text| !text.is_empty())?;
        Some(values.split(',').map(ToOwned::to_owned).collect::<Vec<String>>())
    };
    let (workflows, states) = (wanted("workflow"), wanted("state"));
    let has = |wanted: &Option<Vec<String>>, value: &str| {
        wanted.as_ref().is_none_or(|wanted| wanted.iter().any(|wanted| wanted == value))
    };
    let found: Vec<&Execution> = executions
        .all()
        .iter()
        .rev()
        .filter(|execution| has(&workflows, &execution.workflow) && has(&states, execution.state(now_millis)))
        .collect();
    paged(request, &found, |execution| execution.json(now_millis))
}

fn paged<T>(request: &Request, all: &[T], show: impl Fn(&T) -> Json) -> Response {
    let number = |name: &str, default| {
        request.parameter(name).and_then(|number| number.parse::<usize>().ok()).unwrap_or(default)
    };
    let page = all.iter().skip(number("offset", 0)).take(number("limit", USUAL_PAGE));
    let results: Vec<Json> = page.map(show).collect();
    ok(&json!({"count": all.len(), "results": results}))
}

/// Where the environment's apps are, for the client that asks.
fn base_url(request: &Request) -> String {
    request.header("host").map(|host| format!("http://{host}")).unwrap_or_default()
}

fn ok(body: &Json) -> Response {
    Response::json(200, body.to_string())
}

fn error(status: u16, message: &str, trace_id: &str) -> Response {
    let code = match status {
        400 => "BAD_REQUEST",
        404 => "NOT_FOUND",
        _ => "METHOD_NOT_ALLOWED",
    };
    let details = json!({"errorCode": code, "errorRef": trace_id});
    Response::json(
        status,
        json!({"error": {"message": message, "code": status, "details": details}}).to_string(),
    )
}
