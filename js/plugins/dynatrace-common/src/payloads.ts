// Generated from crates/insights by `cargo xtask build`. Change the Rust types instead.

/**
 * A card for an entity.
 * @public
 */
export type CardRequest = { 
/**
 * Id of the card.
 */
card: string, 
/**
 * The catalog entity as JSON.
 */
entity: unknown, 
/**
 * The components behind a system, domain or group, as JSON; absent for an entity that stands for itself.
 */
components?: unknown[], 
/**
 * Start of the timeframe, in ISO 8601. Cards about the present ignore it.
 */
from?: string, 
/**
 * End of the timeframe, in ISO 8601.
 */
to?: string, 
/**
 * Names of the environments to ask; all where absent or empty.
 */
environments?: Array<string>, 
/**
 * Whether the reader wants what Dynatrace says now rather than what is kept; an answer of the last 5 s will do.
 */
refresh?: boolean, };

/**
 * A DQL query for one environment.
 * @public
 */
export type QueryRequest = { 
/**
 * The DQL.
 */
query: string, 
/**
 * Name of the environment; may be left out where only one is configured.
 */
environment?: string, 
/**
 * Start of the default timeframe, in ISO 8601; a timeframe in the query wins.
 */
from?: string, 
/**
 * End of the default timeframe, in ISO 8601.
 */
to?: string, 
/**
 * The most records to return; the environment's limit where absent.
 */
maxRecords?: number, 
/**
 * How old an answer may be, in seconds; where absent, the query is asked anew.
 */
maxAgeSeconds?: number, };

/**
 * The answer of one card for one entity, over all environments.
 * @public
 */
export type CardAnswer = { 
/**
 * Id of the card.
 */
card: string, 
/**
 * What the card should draw.
 */
state: CardState, 
/**
 * What a reader takes in at a glance, over all environments.
 */
facts: Array<Fact>, 
/**
 * What was found, over all environments, in the order it is read.
 */
sections: Array<Section>, 
/**
 * Which stretch of time it is about; absent for cards about the present.
 */
timeframe?: AnswerTimeframe, 
/**
 * What the reader should know about the answer: failed environments, limits, missing scopes.
 */
notes: Array<Note>, 
/**
 * How each environment fared.
 */
environments: Array<EnvironmentReport>, 
/**
 * Names of all environments that are configured, those that were not asked included.
 */
configuredEnvironments: Array<string>, 
/**
 * For `missing-annotation`: any one of these would do.
 */
annotations?: Array<string>, 
/**
 * When the question was asked, in ISO 8601.
 */
askedAt: string, };

/**
 * What a card draws.
 * @public
 */
export type CardState = "ready" | "empty" | "partial" | "failed" | "missing-annotation" | "no-components" | "not-configured";

/**
 * A stretch of time.
 * @public
 */
export type AnswerTimeframe = { 
/**
 * Its start, in ISO 8601.
 */
from: string, 
/**
 * Its end, in ISO 8601.
 */
to: string, };

/**
 * One value with its name.
 * @public
 */
export type Fact = { 
/**
 * Names it within its card: the key of translations and tests.
 */
key: string, 
/**
 * What the value is, in English.
 */
title: string, 
/**
 * What kind of value it is.
 */
kind: ColumnKind, 
/**
 * What the number counts; absent for plain numbers.
 */
unit?: Unit, 
/**
 * The value.
 */
value: Cell, 
/**
 * What it means.
 */
status: Status, 
/**
 * More of it, such as how it is defined.
 */
detail?: string, 
/**
 * Its course.
 */
trend?: SparklineCell, };

/**
 * A part of an answer.
 * @public
 */
export type Section = { "type": "table" } & Table | { "type": "chart" } & Chart;

/**
 * Things of one kind, a row each.
 * @public
 */
export type Table = { 
/**
 * Names it within its card: the key of translations and tests.
 */
key: string, 
/**
 * Title in English; absent for the only table of a card.
 */
title?: string, 
/**
 * What the cells of each row are, in order.
 */
columns: Array<Column>, 
/**
 * Cells in the order of `columns`; the rows in the order a reader expects.
 */
rows: Array<Array<Cell>>, };

/**
 * A column of a table.
 * @public
 */
export type Column = { 
/**
 * Name for code: the key of translations, sorting and tests.
 */
key: string, 
/**
 * Title in English.
 */
title: string, 
/**
 * What its cells hold.
 */
kind: ColumnKind, 
/**
 * What its numbers count; absent for plain numbers.
 */
unit?: Unit, 
/**
 * Where cells are aligned; `start` where absent.
 */
align?: Align, 
/**
 * Whether it is drawn only when the reader asks for all columns.
 */
onRequest?: boolean, };

/**
 * What the cells of a column hold. A cell of any kind can be `null`: not known.
 * @public
 */
export type ColumnKind = "text" | "link" | "links" | "entity" | "count" | "number" | "timestamp" | "readiness" | "status" | "sparkline" | "record";

/**
 * What numbers count.
 * @public
 */
export type Unit = "percent" | "bytes" | "milliseconds" | "per-day" | "per-minute";

/**
 * Alignment in reading direction.
 * @public
 */
export type Align = "start" | "end";

/**
 * One value. Its type goes with the [`ColumnKind`](super::ColumnKind) of its column.
 * @public
 */
export type Cell = null | string | number | number | LinkCell | EntityCell | Array<LinkCell> | ReadinessCell | StatusCell | SparklineCell | RecordCell;

/**
 * A text that leads to a page.
 * @public
 */
export type LinkCell = { 
/**
 * What is shown.
 */
text: string, 
/**
 * Where it leads: http, https or mailto; empty for a text that leads nowhere.
 */
url: string, 
/**
 * A second, quieter text, such as the kind of a workload.
 */
detail?: string, };

/**
 * An entity of the catalog; leads to its page in the portal.
 * @public
 */
export type EntityCell = { 
/**
 * What is shown.
 */
text: string, 
/**
 * Its full reference, such as `component:default/cart`.
 */
entityRef: string, };

/**
 * How many of the wanted instances are ready.
 * @public
 */
export type ReadinessCell = { 
/**
 * Ready instances.
 */
ready: number | null, 
/**
 * Wanted instances.
 */
desired: number | null, 
/**
 * What that means.
 */
status: Status, };

/**
 * A status with its words.
 * @public
 */
export type StatusCell = { 
/**
 * What it means.
 */
status: Status, 
/**
 * The same in words, in English; frontends translate the ones they know.
 */
label: string, 
/**
 * More of it, such as `3 of 4 objectives`.
 */
detail?: string, };

/**
 * A small course of values.
 * @public
 */
export type SparklineCell = { 
/**
 * The values from old to new, in equal steps; `null` where there is none.
 */
points: Array<number | null>, 
/**
 * The last value, by which rows are sorted.
 */
last: number | null, };

/**
 * Any structure, as JSON.
 * @public
 */
export type RecordCell = { 
/**
 * The structure.
 */
record: unknown, };

/**
 * What a value means, from the reader's side. Worse statuses are greater.
 * @public
 */
export type Status = "neutral" | "unknown" | "ok" | "warning" | "error";

/**
 * Courses of values over the same stretch of time.
 * @public
 */
export type Chart = { 
/**
 * Names it within its card: the key of translations and tests.
 */
key: string, 
/**
 * Title in English.
 */
title: string, 
/**
 * How the series are drawn.
 */
kind: ChartKind, 
/**
 * What the values count; absent for plain numbers.
 */
unit?: Unit, 
/**
 * The points in time of every series, in ISO 8601, from old to new.
 */
times: Array<string>, 
/**
 * The courses.
 */
series: Array<Series>, };

/**
 * How series are drawn.
 * @public
 */
export type ChartKind = "line" | "stacked-bars";

/**
 * One course of values.
 * @public
 */
export type Series = { 
/**
 * What it is, for the reader.
 */
name: string, 
/**
 * A value for each of the chart's times; `null` where there is none.
 */
values: Array<number | null>, 
/**
 * What it means; decides its colour.
 */
status?: Status, };

/**
 * Something the reader should know about an answer.
 * @public
 */
export type Note = { 
/**
 * How bad it is.
 */
severity: Severity, 
/**
 * For machines: a code of [`ErrorPayload`], or `truncated`, `notification`.
 */
code: string, 
/**
 * What happened.
 */
message: string, 
/**
 * What can be done about it.
 */
help?: string, 
/**
 * Which environment it concerns; absent for all.
 */
environment?: string, };

/**
 * How bad a note is.
 * @public
 */
export type Severity = "info" | "warning" | "error";

/**
 * How one environment fared, and what it cost.
 * @public
 */
export type EnvironmentReport = { 
/**
 * Its name in the configuration.
 */
name: string, 
/**
 * Its address; empty when the configuration has none that can be used.
 */
url: string, 
/**
 * Whether it answered.
 */
state: EnvironmentState, 
/**
 * How many records it returned, those of other services included.
 */
records: number, 
/**
 * How many bytes Grail read for it, which is what Dynatrace bills; nothing is billed again for what was stored.
 */
scannedBytes: number, 
/**
 * How long it took, in milliseconds.
 */
durationMillis: number, 
/**
 * Where the answers come from; of several, what matters most to a reader.
 */
cache: CacheOutcome, 
/**
 * How old the oldest of them is, in milliseconds.
 */
ageMillis: number, 
/**
 * What was asked of Grail; empty when nothing was.
 */
queries: Array<AskedQuery>, 
/**
 * What was asked of other services; absent when nothing was.
 */
services?: Array<AskedService>, };

/**
 * Whether an environment answered.
 * @public
 */
export type EnvironmentState = "ready" | "failed";

/**
 * A query that was asked of an environment.
 * @public
 */
export type AskedQuery = { 
/**
 * Names it among the queries of its card.
 */
key: string, 
/**
 * The DQL.
 */
query: string, 
/**
 * Opens that DQL in a Dynatrace notebook.
 */
notebookUrl: string, };

/**
 * What was asked of a service other than Grail.
 * @public
 */
export type AskedService = { 
/**
 * Names it among the questions of its card.
 */
key: string, 
/**
 * The service, such as `settings`.
 */
service: string, 
/**
 * What of it, such as the id of a schema.
 */
subject: string, };

/**
 * The answer of one query in one environment.
 * @public
 */
export type QueryAnswer = { 
/**
 * Which environment was asked.
 */
environment: string, 
/**
 * The fields of the records, in the order the query gives them.
 */
columns: Array<QueryColumn>, 
/**
 * One row a record; a field that a record lacks is `null`. Longs and durations are strings, as in Grail.
 */
rows: unknown[][], 
/**
 * What the reader should know: limits that cut the result, warnings of Grail.
 */
notes: Array<Note>, 
/**
 * How many bytes Grail read, which is what Dynatrace bills.
 */
scannedBytes: number, 
/**
 * How many records Grail read.
 */
scannedRecords: number, 
/**
 * Where the answer comes from.
 */
cache: CacheOutcome, 
/**
 * How old it is, in milliseconds.
 */
ageMillis: number, 
/**
 * The DQL that was asked.
 */
query: string, 
/**
 * Opens that DQL in a Dynatrace notebook.
 */
notebookUrl: string, };

/**
 * A field of the result.
 * @public
 */
export type QueryColumn = { 
/**
 * Its name, any text.
 */
name: string, 
/**
 * Its Grail type (`string`, `long`, `timestamp` …), or `mixed` where records differ.
 */
type: string, };

/**
 * A query of the configuration for an entity.
 * @public
 */
export type CustomQueryRequest = { 
/**
 * Id of the query in `dynatrace.queries`, without `custom.`.
 */
query: string, 
/**
 * The catalog entity as JSON.
 */
entity: unknown, 
/**
 * Start of the default timeframe, in ISO 8601; a timeframe in the query wins.
 */
from?: string, 
/**
 * End of the default timeframe, in ISO 8601.
 */
to?: string, 
/**
 * Names of the environments to ask, among those of the query; all of these where absent or empty.
 */
environments?: Array<string>, 
/**
 * Whether the reader wants what Dynatrace says now rather than what is kept; an answer of the last 5 s will do.
 */
refresh?: boolean, };

/**
 * The queries in `metadata.dynatrace.queries` of an entity.
 * @public
 */
export type CatalogQueriesRequest = { 
/**
 * The catalog entity as JSON.
 */
entity: unknown, 
/**
 * Start of the default timeframe, in ISO 8601; a timeframe in a query wins.
 */
from?: string, 
/**
 * End of the default timeframe, in ISO 8601.
 */
to?: string, 
/**
 * Names of the environments to ask, among those of each query; all of these where absent or empty.
 */
environments?: Array<string>, 
/**
 * Whether the reader wants what Dynatrace says now rather than what is kept; an answer of the last 5 s will do.
 */
refresh?: boolean, 
/**
 * The id of the one query that `refresh` is for, such as `catalog.errors`; it is for all where absent.
 */
refreshOnly?: string, };

/**
 * The answers of the queries of an entity.
 * @public
 */
export type CatalogQueriesAnswer = { 
/**
 * One for each query, in the order of the entity; none where it has no queries.
 */
queries: Array<EntityQueryAnswer>, };

/**
 * The answer of one query for an entity: what came back, or why it was not asked.
 * @public
 */
export type EntityQueryAnswer = { 
/**
 * The id with its namespace: `custom.errors`, `catalog.Error logs`.
 */
id: string, 
/**
 * What it is about, in the words of its author.
 */
description?: string, 
/**
 * What came back.
 */
answer?: CardAnswer, 
/**
 * Why it was not asked.
 */
refusal?: QueryRefusal, };

/**
 * Why a query was not asked.
 * @public
 */
export type QueryRefusal = { 
/**
 * For machines: `malformed` (no query to be found), `invalid` (no DQL that could run) or `policy`.
 */
code: string, 
/**
 * What is wrong, lower case, without full stop.
 */
message: string, 
/**
 * What can be done about it.
 */
help?: string, 
/**
 * The query as its author wrote it.
 */
source?: string, 
/**
 * What is wrong with it, by place.
 */
findings: Array<DqlFinding>, };

/**
 * A query of an entity as an audit tells it: without its text, which may hold personal data.
 * @public
 */
export type AskedCatalogQuery = { 
/**
 * Which environment was asked.
 */
environment: string, 
/**
 * Stands for the query, placeholders bound: the same wherever logs name it.
 */
fingerprint: string, 
/**
 * `ok`, or the code of the error.
 */
outcome: string, 
/**
 * Where the answer comes from; absent where there is none.
 */
cache?: CacheOutcome, 
/**
 * How many bytes Grail read for the answer; nothing is billed again for what was stored.
 */
scannedBytes: number, };

/**
 * How all environments fare.
 * @public
 */
export type HealthAnswer = { 
/**
 * When they were asked, in ISO 8601.
 */
checkedAt: string, 
/**
 * One entry for each environment.
 */
environments: Array<EnvironmentHealth>, };

/**
 * How an environment fares.
 * @public
 */
export type EnvironmentHealth = { 
/**
 * Its name in the configuration.
 */
name: string, 
/**
 * Its address; empty when the configuration has none that can be used.
 */
url: string, 
/**
 * The verdict.
 */
state: HealthState, 
/**
 * Whether Dynatrace answered.
 */
reachable: boolean, 
/**
 * Whether it accepted the credentials; `null` where it did not get that far.
 */
credentialsAccepted: boolean | null, 
/**
 * Cards that cannot show everything, and the scopes they lack, as far as is known: an access token tells its
 * scopes, of a platform token only those are known that a query turned out to lack.
 */
missingScopes: Array<MissingScopes>, 
/**
 * How far the environment's clock is ahead, in milliseconds; `null` where it does not say.
 */
clockSkewMillis: number | null, 
/**
 * Why the environment cannot be used.
 */
error?: ErrorPayload, 
/**
 * The last query that failed.
 */
lastFailure?: LastFailure, };

/**
 * What is to be thought of an environment.
 * @public
 */
export type HealthState = "ok" | "limited" | "failed";

/**
 * What a card lacks.
 * @public
 */
export type MissingScopes = { 
/**
 * Id of the card.
 */
card: string, 
/**
 * The scopes.
 */
scopes: Array<string>, };

/**
 * A failure of the past.
 * @public
 */
export type LastFailure = { 
/**
 * When, in ISO 8601.
 */
at: string, 
/**
 * What it was.
 */
error: ErrorPayload, };

/**
 * Something worth a metric or a line in the log. Serialises as an object whose `kind` names the variant.
 * @public
 */
export type Observation = { "kind": "call", 
/**
 * Name of the environment.
 */
environment: string, 
/**
 * What was called.
 */
route: Route, 
/**
 * HTTP status; absent where no answer came.
 */
status?: number, 
/**
 * How long it took, in milliseconds.
 */
durationMillis: number, } | { "kind": "query", 
/**
 * Name of the environment.
 */
environment: string, 
/**
 * The same for the same canonical query; tells nothing about it.
 */
fingerprint: string, 
/**
 * `ok`, or the code of the error.
 */
outcome: string, 
/**
 * Where the answer comes from.
 */
cache: CacheOutcome, 
/**
 * Bytes Grail read for this answer now: none for what was stored or shared.
 */
scannedBytes: number, 
/**
 * How many queries of the environment wait for their turn.
 */
queued: number, 
/**
 * How long it took, in milliseconds.
 */
durationMillis: number, } | { "kind": "store-failed", 
/**
 * `get`, `set`, `claim` or `release`.
 */
operation: string, 
/**
 * What the store says.
 */
message: string, };

/**
 * What is called.
 * @public
 */
export type Route = "token" | "execute" | "poll" | "cancel" | "verify" | "other";

/**
 * Where an answer comes from. Of several, the greatest is what matters most to a reader.
 * @public
 */
export type CacheOutcome = "hit" | "shared" | "miss" | "stale";

/**
 * The ownership teams as groups of the catalog.
 * @public
 */
export type OwnershipTeamsRequest = { 
/**
 * Names of the environments to ask; all where absent or empty.
 */
environments?: Array<string>, 
/**
 * The namespace the groups get; `default` where absent.
 */
namespace?: string, 
/**
 * Full references of groups the catalog has from elsewhere. Teams of the same name are left out.
 */
existing?: Array<string>, 
/**
 * The mark of teams that were created from this catalog, which are left out; `backstage` where absent.
 */
mark?: string, };

/**
 * The ownership teams as groups of the catalog.
 * @public
 */
export type OwnershipTeamsAnswer = { 
/**
 * Entities of the kind `Group`, without the annotations that say where an entity is managed.
 */
groups: unknown[], 
/**
 * The environments that answered. A group may be missing because the others did not.
 */
answered: Array<string>, 
/**
 * What to know: environments that failed, teams that were left out.
 */
notes: Array<Note>, };

/**
 * Groups of the catalog, to be written as ownership teams.
 * @public
 */
export type OwnershipSyncRequest = { 
/**
 * The groups as JSON, all of them: a team whose group is missing counts as left over.
 */
groups: unknown[], 
/**
 * Names of the environments to write to; all where absent or empty.
 */
environments?: Array<string>, 
/**
 * Tells the teams of this catalog from others; `backstage` where absent.
 */
mark?: string, 
/**
 * Whether teams of this catalog go when their group has gone; no where absent.
 */
remove?: boolean, 
/**
 * Whether to tell only what would be done; no where absent.
 */
dryRun?: boolean, 
/**
 * The address of the portal, for a link to the group; without it, teams get none.
 */
baseUrl?: string, };

/**
 * What was done, or with a dry run would be.
 * @public
 */
export type OwnershipSyncAnswer = { 
/**
 * Whether nothing was written.
 */
dryRun: boolean, 
/**
 * The environments that answered.
 */
environments: Array<SyncedEnvironment>, 
/**
 * What to know: environments that failed, groups that cannot be used as they are.
 */
notes: Array<Note>, };

/**
 * What was done in one environment.
 * @public
 */
export type SyncedEnvironment = { 
/**
 * Its name.
 */
environment: string, 
/**
 * Every team there is something to say about.
 */
teams: Array<SyncedTeam>, };

/**
 * What was done for one team.
 * @public
 */
export type SyncedTeam = { 
/**
 * The group's full reference.
 */
entityRef: string, 
/**
 * The team's identifier.
 */
identifier: string, 
/**
 * What is to be done.
 */
step: SyncStep, 
/**
 * Why it is left as it is.
 */
reason?: string, 
/**
 * The fields that differ.
 */
changes: Array<ChangedField>, 
/**
 * What became of it; absent in a dry run.
 */
outcome?: SyncOutcome, 
/**
 * Why it failed.
 */
error?: ErrorPayload, };

/**
 * What is to be done for a team.
 * @public
 */
export type SyncStep = "create" | "update" | "keep" | "remove" | "leave";

/**
 * What became of a team.
 * @public
 */
export type SyncOutcome = "created" | "updated" | "unchanged" | "removed" | "left" | "failed";

/**
 * A field that differs.
 * @public
 */
export type ChangedField = { 
/**
 * The field of the team.
 */
field: string, 
/**
 * What is there; `null` for nothing.
 */
from: unknown, 
/**
 * What shall be there.
 */
to: unknown, };

/**
 * An error as JavaScript sees it.
 * @public
 */
export type ErrorPayload = { 
/**
 * For machines; stable.
 */
code: string, 
/**
 * What happened, lower case, without full stop.
 */
message: string, 
/**
 * What can be done about it.
 */
help?: string, 
/**
 * The HTTP status that fits.
 */
status: number, 
/**
 * Which environment it concerns.
 */
environment?: string, 
/**
 * Which part of the input it concerns.
 */
span?: ErrorSpan, };

/**
 * A range of bytes in the UTF-8 text of the query or annotation.
 * @public
 */
export type ErrorSpan = { 
/**
 * First byte.
 */
start: number, 
/**
 * One past the last byte.
 */
end: number, };

/**
 * How a text is read: as a whole query, as a part of one that may start in the middle, or as a query with
 * `${placeholders}`.
 * @public
 */
export type DqlDialect = "query" | "snippet" | "template";

/**
 * How DQL is formatted or explained.
 * @public
 */
export type DqlOptions = { 
/**
 * How the text is read; `query` where absent.
 */
dialect?: DqlDialect, };

/**
 * How DQL is checked.
 * @public
 */
export type DqlCheckOptions = { 
/**
 * How the text is read; `query` where absent.
 */
dialect?: DqlDialect, 
/**
 * Whether habits that cost are reported, too; `false` where absent.
 */
lints?: boolean, };

/**
 * What there is to say about a text.
 * @public
 */
export type DqlReport = { 
/**
 * Whether no finding is an error.
 */
valid: boolean, 
/**
 * The findings by place.
 */
diagnostics: Array<DqlFinding>, 
/**
 * What it reads and yields, of a valid text that was to be explained.
 */
analysis?: DqlAnalysis, 
/**
 * The text laid out anew, of one that was to be formatted and could be read.
 */
formatted?: string, };

/**
 * A finding with its places as people count them and the text it can be repaired to.
 * @public
 */
export type DqlFinding = { 
/**
 * Line and column of the first character.
 */
start: DqlPosition, 
/**
 * Line and column behind the last character.
 */
end: DqlPosition, 
/**
 * The whole text with the edits made.
 */
fixed?: string, 
/**
 * A stable code for machines; Grail's own where it has one, such as `UNKNOWN_COMMAND`.
 */
code: string, 
/**
 * How bad it is.
 */
severity: DqlSeverity, 
/**
 * What is wrong: lower case, no full stop, user text in backticks.
 */
message: string, 
/**
 * What to do about it.
 */
help?: string, 
/**
 * The bytes of the query it is about.
 */
span: DqlSpan, 
/**
 * Edits that repair it.
 */
fix?: DqlFix, };

/**
 * How bad it is. Only errors make a query invalid.
 * @public
 */
export type DqlSeverity = "error" | "warning" | "hint";

/**
 * A place in a text as people count: lines and columns from 1, columns in characters.
 * @public
 */
export type DqlPosition = { 
/**
 * Line, from 1.
 */
line: number, 
/**
 * Column in characters, from 1.
 */
column: number, };

/**
 * Edits of a query text that repair one finding.
 * @public
 */
export type DqlFix = { 
/**
 * The edits, sorted and apart from each other.
 */
edits: Array<DqlEdit>, };

/**
 * Replaces the bytes of `span` by `text`; an empty span inserts.
 * @public
 */
export type DqlEdit = { 
/**
 * What is replaced.
 */
span: DqlSpan, 
/**
 * By what.
 */
text: string, };

/**
 * A range of bytes in the query text: `start` inclusive, `end` exclusive.
 * @public
 */
export type DqlSpan = { 
/**
 * First byte.
 */
start: number, 
/**
 * One past the last byte.
 */
end: number, };

/**
 * What can be said about a query before it runs.
 * @public
 */
export type DqlAnalysis = { 
/**
 * The tables read, through sub-queries, each once in the order of the text. Metrics are `metrics`, topology is
 * `smartscape.nodes` and `smartscape.edges`, lookup files are their paths.
 */
tables: Array<string>, 
/**
 * The keys of the metrics read.
 */
metrics: Array<string>, 
/**
 * The permissions it takes, sorted.
 */
scopes: Array<string>, 
/**
 * The time each data source reads, in the order of the text.
 */
timeframes: Array<DqlSourceTimeframe>, 
/**
 * How many records can come back.
 */
rows: DqlRows, 
/**
 * The names of the columns, where they are known.
 */
columns?: Array<string>, };

/**
 * The time a data source reads.
 * @public
 */
export type DqlSourceTimeframe = { 
/**
 * The table.
 */
table: string, 
/**
 * Its start.
 */
from: DqlMoment, 
/**
 * Its end; by default now.
 */
to: DqlMoment, };

/**
 * One end of a time.
 * @public
 */
export type DqlMoment = { "kind": "default" } | { "kind": "relative", "nanoseconds": number } | { "kind": "absolute", "nanoseconds": number } | { "kind": "unknown" };

/**
 * How many records a query can return.
 * @public
 */
export type DqlRows = { "kind": "atMost", "count": number } | { "kind": "perGroup" } | { "kind": "unbounded" };

