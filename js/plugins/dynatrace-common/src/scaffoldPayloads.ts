// Generated from crates/scaffold by `cargo xtask build`. Change the Rust types instead.

import type {
  DqlDialect,
  DqlFinding,
} from './payloads';

/**
 * A query to be inspected.
 * @public
 */
export type DqlInspectionRequest = { 
/**
 * The DQL.
 */
query: string, 
/**
 * How the text is read; a whole query where absent.
 */
dialect?: DqlDialect, 
/**
 * Whether habits that cost are reported, too; no where absent.
 */
lints?: boolean, };

/**
 * What was found.
 * @public
 */
export type DqlInspection = { 
/**
 * Whether no finding is an error.
 */
valid: boolean, 
/**
 * The findings by place.
 */
findings: Array<DqlFinding>, 
/**
 * The tables read, each once; none where the query is not valid.
 */
tables: Array<string>, 
/**
 * The permissions it takes, sorted; none where the query is not valid.
 */
scopes: Array<string>, 
/**
 * The findings drawn on the text, each with its place, the marked line and advice.
 */
drawings: Array<DqlDrawing>, };

/**
 * A finding as people read it.
 * @public
 */
export type DqlDrawing = { 
/**
 * Whether it makes the query invalid.
 */
error: boolean, 
/**
 * Several lines of text.
 */
text: string, };

/**
 * An event to be sent.
 * @public
 */
export type EventSendRequest = { 
/**
 * Name of the environment; may be left out where only one is configured.
 */
environment?: string, 
/**
 * The id of the event, used by no other; where there are several, what their ids start with.
 */
id: string, 
/**
 * Since when an earlier attempt may have sent it, in ISO 8601: then it is looked for first.
 */
attemptedSince?: string, 
/**
 * Whether to tell only what would be sent; no where absent.
 */
dryRun?: boolean, 
/**
 * Where it goes; `sdlc` where absent.
 */
destination?: EventDestination, 
/**
 * Its type: one of [`SDLC_TYPES`](super::SDLC_TYPES), or any for business events.
 */
type: string, 
/**
 * Who sends it; `backstage` where absent.
 */
provider?: string, 
/**
 * `started` or `finished`; `finished` where absent.
 */
status?: EventStatus, 
/**
 * How it ended, such as `success` or `failure`; `success` where absent.
 */
outcome?: string, 
/**
 * What was done, such as `deploy`; the type where absent.
 */
name?: string, 
/**
 * When it began, in ISO 8601.
 */
startedAt?: string, 
/**
 * When it ended, in ISO 8601.
 */
endedAt?: string, 
/**
 * Address of the repository; cards find events by it.
 */
repositoryUrl?: string, 
/**
 * The branch or tag.
 */
branch?: string, 
/**
 * The revision of the code.
 */
revision?: string, 
/**
 * The pipeline and its run.
 */
pipeline?: EventPipeline, 
/**
 * What was deployed or released, and where.
 */
deployment?: EventDeployment, 
/**
 * The change, of an event of that type.
 */
change?: EventChange, 
/**
 * The version of the artifact.
 */
version?: string, 
/**
 * The artifact.
 */
artifact?: string, 
/**
 * More fields, flat, with dots in their names.
 */
attributes?: Record<string, string | number | boolean>, 
/**
 * Reports of tests, of an event of that type.
 */
results?: Array<TestReport>, };

/**
 * Where an event goes.
 * @public
 */
export type EventDestination = "sdlc" | "business";

/**
 * Which end of something an event tells of.
 * @public
 */
export type EventStatus = "started" | "finished";

/**
 * A run of a pipeline.
 * @public
 */
export type EventPipeline = { 
/**
 * The pipeline's id.
 */
id?: string, 
/**
 * Its name.
 */
name?: string, 
/**
 * Id of the run.
 */
runId?: string, 
/**
 * Address of the run.
 */
runUrl?: string, };

/**
 * Where something was deployed or released.
 * @public
 */
export type EventDeployment = { 
/**
 * Its name; cards find the applications of Argo CD by it.
 */
name?: string, 
/**
 * The namespace.
 */
namespace?: string, 
/**
 * The stage, such as `production`.
 */
stage?: string, };

/**
 * A pull or merge request.
 * @public
 */
export type EventChange = { 
/**
 * Its number.
 */
id: string, 
/**
 * Its title.
 */
title?: string, 
/**
 * `open`, `merged` or `closed`; `merged` where absent.
 */
state?: string, 
/**
 * Its address.
 */
url?: string, };

/**
 * A report of tests.
 * @public
 */
export type TestReport = { 
/**
 * The name of its file, for messages.
 */
file: string, 
/**
 * Its text.
 */
xml: string, };

/**
 * What was sent, or with a dry run would be.
 * @public
 */
export type EventSendAnswer = { 
/**
 * The environment.
 */
environment: string, 
/**
 * The id of the event, or what the ids start with.
 */
id: string, 
/**
 * How many events it is.
 */
count: number, 
/**
 * How many were sent now: the others were there from an earlier attempt.
 */
sent: number, 
/**
 * The first of them.
 */
first: Record<string, unknown>, 
/**
 * What the reports say, of tests.
 */
tests?: TestSummary, 
/**
 * The DQL that finds them.
 */
query: string, 
/**
 * Opens that DQL in a notebook.
 */
notebookUrl: string, };

/**
 * How test cases ended. One that was tried again counts once, by its last attempt.
 * @public
 */
export type TestSummary = { 
/**
 * How many cases there are.
 */
total: number, 
/**
 * How many passed.
 */
passed: number, 
/**
 * How many failed.
 */
failed: number, 
/**
 * How many were left out.
 */
skipped: number, 
/**
 * How many passed after they had failed.
 */
flaky: number, 
/**
 * The first of those that failed, each as suite and case.
 */
failures: Array<string>, };

/**
 * A guardian to be made.
 * @public
 */
export type GuardianCreateRequest = { 
/**
 * Name of the environment; may be left out where only one is configured.
 */
environment?: string, 
/**
 * Its name.
 */
name: string, 
/**
 * By what it is found again; made from its name where absent.
 */
externalId?: string, 
/**
 * What it is for.
 */
description?: string, 
/**
 * Whether it is one of the business, and not of the lifecycle; no where absent.
 */
business?: boolean, 
/**
 * Tags, by which cards and events find it, such as `stage` and `production`.
 */
tags?: { [key in string]: string }, 
/**
 * Whose objectives it gets.
 */
technology?: Technology, 
/**
 * How strict they are; `medium` where absent.
 */
criticality?: Criticality, 
/**
 * What they measure.
 */
workload?: GuardianWorkload, 
/**
 * Thresholds of their own, by objective: `error-rate`, `response-time`, `error-logs`, `cpu`, `memory`.
 */
thresholds?: { [key in string]: Thresholds }, 
/**
 * More objectives.
 */
objectives?: Array<GuardianObjective>, 
/**
 * Service-level objectives to be kept.
 */
slos?: Array<GuardianSlo>, 
/**
 * Whether to tell only what would be done; no where absent.
 */
dryRun?: boolean, };

/**
 * What kind of workload it is.
 * @public
 */
export type Technology = "web-service" | "worker";

/**
 * How much depends on it.
 * @public
 */
export type Criticality = "high" | "medium" | "low";

/**
 * A workload of Kubernetes.
 * @public
 */
export type GuardianWorkload = { 
/**
 * Its cluster.
 */
cluster: string, 
/**
 * Its namespace.
 */
namespace: string, 
/**
 * Its name.
 */
name: string, };

/**
 * Where an objective warns and fails.
 * @public
 */
export type Thresholds = { 
/**
 * Beyond it, it warns.
 */
warning: number, 
/**
 * Beyond it, it fails.
 */
target: number, };

/**
 * An objective of one's own.
 * @public
 */
export type GuardianObjective = { 
/**
 * Its name.
 */
name: string, 
/**
 * DQL whose first number is the value.
 */
query: string, 
/**
 * Whether the value shall be at least the target, and not at most.
 */
atLeast?: boolean, 
/**
 * Beyond it, it fails.
 */
target: number, 
/**
 * Beyond it, it warns.
 */
warning?: number, };

/**
 * A service-level objective to be kept.
 * @public
 */
export type GuardianSlo = { 
/**
 * Its name within the guardian.
 */
name: string, 
/**
 * Its metric, such as `func:slo.cart_availability`.
 */
reference: string, 
/**
 * Below it, it fails; in percent.
 */
target: number, 
/**
 * Below it, it warns.
 */
warning?: number, };

/**
 * What became of a guardian, or with a dry run would.
 * @public
 */
export type GuardianCreateAnswer = { 
/**
 * The environment.
 */
environment: string, 
/**
 * Its id, once it is there.
 */
guardianId?: string, 
/**
 * By what it is found again.
 */
externalId: string, 
/**
 * What became of it.
 */
outcome: GuardianOutcome, 
/**
 * Opens it in Dynatrace.
 */
url?: string, 
/**
 * What it measures.
 */
objectives: Array<CreatedObjective>, };

/**
 * What became of a guardian.
 * @public
 */
export type GuardianOutcome = "created" | "updated" | "unchanged";

/**
 * An objective of a guardian.
 * @public
 */
export type CreatedObjective = { 
/**
 * Its name.
 */
name: string, 
/**
 * Beyond it, it fails.
 */
target?: number, 
/**
 * Beyond it, it warns.
 */
warning?: number, };

/**
 * A release to be judged.
 * @public
 */
export type ReleaseGateRequest = { 
/**
 * Names of the environments to ask; all where absent or empty.
 */
environments?: Array<string>, 
/**
 * The catalog entity as JSON.
 */
entity?: unknown, 
/**
 * The components behind a system, domain or group, as JSON; absent for an entity that stands for itself.
 */
components?: unknown[], 
/**
 * The annotations that an entity would have, in place of one.
 */
annotations?: { [key in string]: string }, 
/**
 * The version; tests and validations of others do not count.
 */
version?: string, 
/**
 * The revision of its code; tests of it count, whatever version they name.
 */
revision?: string, 
/**
 * The stage; tests and guardians of others do not count, those that name none do.
 */
stage?: string, 
/**
 * Since when tests and validations count, in ISO 8601; the last 14 days where absent.
 */
since?: string, 
/**
 * What is looked at; where absent, all that the entity has annotations for.
 */
aspects?: GateAspects, 
/**
 * What it means that something cannot be seen: no test ran, no guardian validated, an environment does not answer.
 * `fail` where absent.
 */
missing?: GateVerdict, };

/**
 * What is looked at, each with its bounds.
 * @public
 */
export type GateAspects = { 
/**
 * The tests that ran for the release.
 */
tests?: GateTests, 
/**
 * What its guardians say.
 */
validations?: GateValidations, 
/**
 * What is left of its error budgets.
 */
objectives?: GateObjectives, 
/**
 * The vulnerabilities that are open now.
 */
vulnerabilities?: GateVulnerabilities, 
/**
 * The problems that are open now.
 */
problems?: GateProblems, };

/**
 * Where a number warns and fails; never where absent.
 * @public
 */
export type GateBounds = { 
/**
 * Where it warns.
 */
warning?: number, 
/**
 * Where it fails.
 */
fail?: number, };

/**
 * The bounds of tests.
 * @public
 */
export type GateTests = { 
/**
 * How many cases may fail: more than that warns or fails; `{ fail: 0 }` where absent.
 */
failing?: GateBounds, 
/**
 * How many cases may be flaky; `{ warning: 0 }` where absent.
 */
flaky?: GateBounds, 
/**
 * How many percent of the executions of cases have to pass: less than that warns or fails; any where absent.
 */
passRate?: GateBounds, };

/**
 * The bounds of validations.
 * @public
 */
export type GateValidations = { 
/**
 * The results that warn; `warning` where absent.
 */
warning?: Array<GateResult>, 
/**
 * The results that fail; `fail` and `error` where absent.
 */
fail?: Array<GateResult>, };

/**
 * What a guardian can say.
 * @public
 */
export type GateResult = "pass" | "warning" | "fail" | "error" | "info";

/**
 * The bounds of service-level objectives.
 * @public
 */
export type GateObjectives = { 
/**
 * How many percent of an error budget have to be left: that or less warns or fails; `{ fail: 0 }` where absent.
 */
budgetLeft?: GateBounds, 
/**
 * From which burn rate of the last hour on it warns or fails; `{ warning: 10 }` where absent.
 */
burnRate?: GateBounds, };

/**
 * The bounds of vulnerabilities.
 * @public
 */
export type GateVulnerabilities = { 
/**
 * From which risk score of 10 on one warns or fails; `{ warning: 7, fail: 9 }` where absent. One without a score
 * warns.
 */
score?: GateBounds, 
/**
 * Whether only those count that can be reached from the public network; no where absent.
 */
exposedOnly?: boolean, };

/**
 * The bounds of problems.
 * @public
 */
export type GateProblems = { 
/**
 * The severities that warn; `warning` where absent.
 */
warning?: Array<GateSeverity>, 
/**
 * The severities that fail; `error` where absent.
 */
fail?: Array<GateSeverity>, };

/**
 * How bad a problem is.
 * @public
 */
export type GateSeverity = "error" | "warning" | "quiet";

/**
 * The verdict about a release.
 * @public
 */
export type ReleaseGate = { 
/**
 * The worst verdict of all aspects.
 */
verdict: GateVerdict, 
/**
 * What was looked at.
 */
aspects: Array<GateAspect>, 
/**
 * What was not, since the entity has none of the annotations; only where the request names no aspects.
 */
leftOut: Array<GateLeftOut>, 
/**
 * The verdict with all reasons, in Markdown.
 */
markdown: string, 
/**
 * When it was asked, in ISO 8601.
 */
askedAt: string, };

/**
 * Whether a release may go on. Worse verdicts are greater.
 * @public
 */
export type GateVerdict = "pass" | "warning" | "fail";

/**
 * What a gate looks at.
 * @public
 */
export type GateAspectName = "tests" | "validations" | "objectives" | "vulnerabilities" | "problems";

/**
 * The verdict of one aspect.
 * @public
 */
export type GateAspect = { 
/**
 * Which it is.
 */
aspect: GateAspectName, 
/**
 * The worst verdict of its reasons.
 */
verdict: GateVerdict, 
/**
 * It in a few words, such as `2 cases fail`.
 */
summary: string, 
/**
 * What speaks against the release, the worst first; at most 20.
 */
reasons: Array<GateReason>, 
/**
 * Opens what was asked, in a Dynatrace notebook.
 */
url?: string, };

/**
 * What an aspect's verdict comes from.
 * @public
 */
export type GateReason = { 
/**
 * What it means for the release; `pass` for what is within its bounds.
 */
verdict: GateVerdict, 
/**
 * What it is, in words.
 */
text: string, 
/**
 * Opens it, or else the question that found it.
 */
url?: string, 
/**
 * The environment it was found in.
 */
environment?: string, };

/**
 * An aspect that was not looked at.
 * @public
 */
export type GateLeftOut = { 
/**
 * Which it is.
 */
aspect: GateAspectName, 
/**
 * The annotations that would have it looked at; any one of them will do.
 */
annotations: Array<string>, };

/**
 * Whose guardians.
 * @public
 */
export type GuardianListRequest = { 
/**
 * Name of the environment; may be left out where only one is configured.
 */
environment?: string, };

/**
 * The guardians of an environment.
 * @public
 */
export type GuardianList = { 
/**
 * The environment.
 */
environment: string, 
/**
 * Its guardians by name.
 */
guardians: Array<ListedGuardian>, };

/**
 * A guardian of a list.
 * @public
 */
export type ListedGuardian = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its name, which others may have, too.
 */
name: string, 
/**
 * Whether it is one of the business, and not of the lifecycle.
 */
business: boolean, };

/**
 * A guardian to be asked.
 * @public
 */
export type ValidationStartRequest = { 
/**
 * Name of the environment; may be left out where only one is configured.
 */
environment?: string, 
/**
 * Id or name of the guardian.
 */
guardian: string, 
/**
 * The id of this validation, used by no other: it is found again by it.
 */
id: string, 
/**
 * Since when an earlier attempt may have started it, in ISO 8601: then it is looked for first.
 */
attemptedSince?: string, 
/**
 * Whether only to look for the guardian; no where absent.
 */
dryRun?: boolean, 
/**
 * Id of the workflow to run; where absent, an event is sent that the guardian's workflow listens to.
 */
workflow?: string, 
/**
 * Start of what is validated, in ISO 8601; where absent, the workflow decides.
 */
from?: string, 
/**
 * Its end.
 */
to?: string, 
/**
 * The version that is validated.
 */
version?: string, 
/**
 * The build that is validated.
 */
buildId?: string, };

/**
 * A validation that was started.
 * @public
 */
export type ValidationStart = { 
/**
 * The environment.
 */
environment: string, 
/**
 * Id of the guardian.
 */
guardianId: string, 
/**
 * Its name.
 */
guardianName: string, 
/**
 * Whether it is a guardian of the lifecycle, and not of the business.
 */
lifecycle: boolean, 
/**
 * The id the validation is found by.
 */
id: string, 
/**
 * The execution of the workflow that was run.
 */
executionId?: string, 
/**
 * When it was started, in ISO 8601.
 */
startedAt: string, 
/**
 * Opens the guardian in Dynatrace.
 */
url?: string, };

/**
 * A validation to be waited for.
 * @public
 */
export type ValidationWaitRequest = { 
/**
 * What was started.
 */
started: ValidationStart, 
/**
 * How long to wait, up to four hours; 900 where absent.
 */
timeoutSeconds?: number, };

/**
 * How a validation ended.
 * @public
 */
export type ValidationVerdict = { 
/**
 * What the guardian says.
 */
verdict: Verdict, 
/**
 * Why, where the guardian said nothing.
 */
reason?: string, 
/**
 * Id of the validation, once it began.
 */
validationId?: string, 
/**
 * Opens the validation, or else the guardian, in Dynatrace.
 */
url?: string, 
/**
 * What became of each objective.
 */
objectives: Array<ValidationObjective>, 
/**
 * The verdict with a table of the objectives, in Markdown.
 */
markdown: string, };

/**
 * What a guardian says.
 * @public
 */
export type Verdict = "pass" | "warning" | "fail" | "error" | "info" | "timeout";

/**
 * What became of an objective.
 * @public
 */
export type ValidationObjective = { 
/**
 * Its name.
 */
name: string, 
/**
 * `pass`, `warning`, `fail`, `error` or `info`.
 */
result?: string, 
/**
 * The number that was measured.
 */
value?: number, 
/**
 * Where it fails.
 */
target?: number, 
/**
 * Where it warns.
 */
warning?: number, 
/**
 * `at most` or `at least`.
 */
comparison?: string, };

/**
 * A service whose telemetry is to reach Dynatrace.
 * @public
 */
export type TelemetryPlanRequest = { 
/**
 * Its name.
 */
service: string, 
/**
 * What it is written in.
 */
language: Language, 
/**
 * What it is built on, such as `fastapi`.
 */
framework?: string, 
/**
 * The image its own is built from, such as `python:3.13-alpine`: tells the C library.
 */
baseImage?: string, 
/**
 * The C library, where the image does not tell it.
 */
libc?: Libc, 
/**
 * What runs it.
 */
orchestrator: Orchestrator, 
/**
 * How OneAgent is rolled out there.
 */
oneAgentMode: OneAgentMode, 
/**
 * Whether OpenTelemetry is used even where a code module could trace; no where absent.
 */
preferOpenTelemetry?: boolean, 
/**
 * Whether OTLP goes through a collector; no where absent.
 */
collector?: boolean, 
/**
 * The address of the collector; `http://otel-collector:4318` where absent.
 */
collectorEndpoint?: string, 
/**
 * The OTLP address of the environment, such as `https://abc12345.live.dynatrace.com/api/v2/otlp`; from the secret
 * where absent.
 */
otlpEndpoint?: string, 
/**
 * The Kubernetes secret with the keys `endpoint` and `headers`, or for the collector `endpoint` and `token`;
 * `dynatrace-otlp` where absent.
 */
secret?: string, 
/**
 * The port on which it has its metrics for Prometheus.
 */
metricsPort?: number, 
/**
 * Their path; `/metrics` where absent.
 */
metricsPath?: string, };

/**
 * A programming language.
 * @public
 */
export type Language = "python" | "java" | "nodejs" | "dotnet" | "go" | "php" | "ruby" | "rust" | "other";

/**
 * A C library, which decides whether code can be injected into a process.
 * @public
 */
export type Libc = "glibc" | "musl" | "static" | "unknown";

/**
 * What runs a service.
 * @public
 */
export type Orchestrator = "kubernetes" | "docker" | "host" | "serverless";

/**
 * How OneAgent is rolled out.
 * @public
 */
export type OneAgentMode = "cloud-native-full-stack" | "classic-full-stack" | "application-monitoring" | "host-monitoring" | "none";

/**
 * How the telemetry of a service gets into Dynatrace.
 * @public
 */
export type TelemetryPlan = { 
/**
 * The service.
 */
service: string, 
/**
 * Its language.
 */
language: Language, 
/**
 * The C library the plan was made for.
 */
libc: Libc, 
/**
 * Logs, metrics and traces, in this order.
 */
signals: Array<SignalPlan>, 
/**
 * What belongs into its repository.
 */
wiring: TelemetryWiring, 
/**
 * What the reasons rest on.
 */
sources: Array<PlanSource>, 
/**
 * All of it as Markdown.
 */
markdown: string, };

/**
 * How one kind of telemetry gets into Dynatrace.
 * @public
 */
export type SignalPlan = { 
/**
 * Which kind.
 */
signal: Signal, 
/**
 * The way in.
 */
route: TelemetryRoute, 
/**
 * Why this one, the deciding reason first.
 */
reasons: Array<PlanReason>, 
/**
 * What has to be there for it.
 */
needs: Array<string>, 
/**
 * Other ways that would work, or may.
 */
alternatives: Array<PlanAlternative>, };

/**
 * A kind of telemetry.
 * @public
 */
export type Signal = "logs" | "metrics" | "traces";

/**
 * A way into Dynatrace.
 * @public
 */
export type TelemetryRoute = "one-agent" | "prometheus" | "otlp-direct" | "otlp-collector";

/**
 * Why a way was chosen.
 * @public
 */
export type PlanReason = { 
/**
 * The reason, as a sentence without full stop.
 */
text: string, 
/**
 * The id of the fact it rests on; absent where it follows from the request.
 */
source?: string, 
/**
 * Whether the fact is certain.
 */
confirmed: boolean, };

/**
 * A way that was not chosen.
 * @public
 */
export type PlanAlternative = { 
/**
 * The way.
 */
route: TelemetryRoute, 
/**
 * When it is the better one.
 */
when: string, };

/**
 * A fact that a reason rests on.
 * @public
 */
export type PlanSource = { 
/**
 * Its id.
 */
id: string, 
/**
 * What it says.
 */
statement: string, 
/**
 * The page.
 */
url: string, 
/**
 * The day the page was read, `YYYY-MM-DD`.
 */
read: string, 
/**
 * Why it is not certain.
 */
doubt?: string, };

/**
 * What belongs into the repository of a service.
 * @public
 */
export type TelemetryWiring = { 
/**
 * Annotations of its pods.
 */
podAnnotations: Array<PodAnnotation>, 
/**
 * Environment variables of its containers.
 */
environment: Array<EnvironmentVariable>, 
/**
 * What it depends on.
 */
packages: Array<Package>, 
/**
 * The configuration of a collector, as YAML; absent where none is used.
 */
collectorConfig?: string, 
/**
 * What is left to be done by hand, each a sentence without full stop.
 */
steps: Array<string>, };

/**
 * An annotation of pods.
 * @public
 */
export type PodAnnotation = { 
/**
 * Its key.
 */
key: string, 
/**
 * Its value.
 */
value: string, };

/**
 * An environment variable, with a value or from a secret.
 * @public
 */
export type EnvironmentVariable = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its value.
 */
value?: string, 
/**
 * Where its value is kept.
 */
secret?: SecretKey, };

/**
 * A key of a Kubernetes secret.
 * @public
 */
export type SecretKey = { 
/**
 * The secret.
 */
name: string, 
/**
 * The key.
 */
key: string, };

/**
 * A package of a package registry.
 * @public
 */
export type Package = { 
/**
 * Whose: `pypi` or `npm`.
 */
registry: string, 
/**
 * Its name.
 */
name: string, 
/**
 * The versions that will do, in the registry's own notation.
 */
version: string, };

/**
 * Who owns a workload.
 * @public
 */
export type OwnerMetadataRequest = { 
/**
 * The identifier of the team.
 */
owner: string, 
/**
 * The key it stands under; `dt.owner` where absent.
 */
key?: string, 
/**
 * Whether it is a label or an annotation; a label where absent.
 */
kind?: MetadataKind, };

/**
 * Which release a workload is of.
 * @public
 */
export type ReleaseMetadataRequest = { 
/**
 * Its version.
 */
version?: string, 
/**
 * The stage it runs in, such as `production`.
 */
stage?: string, 
/**
 * The product it is a part of.
 */
product?: string, };

/**
 * Entries for the metadata of workloads.
 * @public
 */
export type WorkloadMetadata = { 
/**
 * The entries.
 */
entries: Array<MetadataEntry>, 
/**
 * What to know, each a sentence without full stop.
 */
remarks: Array<string>, };

/**
 * An entry for the metadata of a workload.
 * @public
 */
export type MetadataEntry = { 
/**
 * Where it stands.
 */
kind: MetadataKind, 
/**
 * Its key.
 */
key: string, 
/**
 * Its value.
 */
value: string, };

/**
 * Whether an entry is a label or an annotation.
 * @public
 */
export type MetadataKind = "label" | "annotation";

/**
 * A zone that is wanted.
 * @public
 */
export type ZoneOnboardingRequest = { 
/**
 * Name of the environment; may be left out where only one is configured.
 */
environment?: string, 
/**
 * The name of the zone.
 */
zone: string, 
/**
 * What it is for.
 */
description?: string, 
/**
 * The Kubernetes namespaces in it.
 */
namespaces: Array<string>, 
/**
 * The Kubernetes cluster they are in; any where absent.
 */
cluster?: string, 
/**
 * The group that shall see it.
 */
group: string, 
/**
 * Who asks, such as a user's reference.
 */
requester?: string, 
/**
 * What for.
 */
reason?: string, 
/**
 * The documents that ask for access; two of its own where absent.
 */
documents?: Array<AccessDocumentTemplate>, 
/**
 * Whether to tell only what would be done; no where absent.
 */
dryRun?: boolean, };

/**
 * A document that asks for access, before it is filled in.
 * @public
 */
export type AccessDocumentTemplate = { 
/**
 * The file it becomes.
 */
path: string, 
/**
 * Its text, with `{{zone}}`, `{{group}}`, `{{namespaces}}`, `{{cluster}}`, `{{environment}}`, `{{requester}}`,
 * `{{reason}}`, `{{policy}}` and `{{segment}}`.
 */
template: string, };

/**
 * A zone and what goes with it.
 * @public
 */
export type ZoneOnboarding = { 
/**
 * The environment.
 */
environment: string, 
/**
 * The name of the zone.
 */
zone: string, 
/**
 * What was done, or with a dry run would be.
 */
step: ZoneStep, 
/**
 * The id of its settings object; absent where a dry run would create it.
 */
objectId?: string, 
/**
 * Opens the management zones in Dynatrace.
 */
url?: string, 
/**
 * The segment that would take its place.
 */
segment: ProposedSegment, 
/**
 * The statements of a policy for the group, one a line.
 */
policy: string, 
/**
 * The documents that ask for access.
 */
documents: Array<AccessDocument>, 
/**
 * What to know, each a sentence without full stop.
 */
remarks: Array<string>, };

/**
 * What becomes of a zone.
 * @public
 */
export type ZoneStep = "create" | "update" | "keep";

/**
 * A segment that nobody has made yet.
 * @public
 */
export type ProposedSegment = { 
/**
 * Its name.
 */
name: string, 
/**
 * What it includes; joined by or.
 */
includes: Array<ProposedInclude>, 
/**
 * Where it selects something else than the zone, one sentence each.
 */
remarks: Array<string>, };

/**
 * What a segment includes.
 * @public
 */
export type ProposedInclude = { 
/**
 * The data object, such as `logs`.
 */
dataObject: string, 
/**
 * The condition on its records, as DQL.
 */
filter: string, };

/**
 * A document that asks for access.
 * @public
 */
export type AccessDocument = { 
/**
 * The file it belongs into.
 */
path: string, 
/**
 * Its text.
 */
text: string, };

