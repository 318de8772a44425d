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
environments?: Array<string>, };

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
maxRecords?: number, };

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
 * What the cells of each row are, in order.
 */
columns: Array<Column>, 
/**
 * One row a thing found; cells are in the order of `columns`.
 */
rows: Array<Array<Cell>>, 
/**
 * What the reader should know about the answer: failed environments, limits, missing scopes.
 */
notes: Array<Note>, 
/**
 * How each environment fared.
 */
environments: Array<EnvironmentReport>, 
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
export type CardState = "ready" | "empty" | "partial" | "failed" | "missing-annotation" | "not-configured";

/**
 * A column of the table.
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
 * Where cells are aligned; `start` where absent.
 */
align?: Align, };

/**
 * What the cells of a column hold. A cell of any kind can be `null`: not known.
 * @public
 */
export type ColumnKind = "text" | "link" | "count" | "readiness";

/**
 * Alignment in reading direction.
 * @public
 */
export type Align = "start" | "end";

/**
 * One value of the table.
 * @public
 */
export type Cell = null | string | number | LinkCell | ReadinessCell;

/**
 * A text that leads to a page of the environment.
 * @public
 */
export type LinkCell = { 
/**
 * What is shown.
 */
text: string, 
/**
 * Where it leads: http or https.
 */
url: string, 
/**
 * A second, quieter text, such as the kind of a workload.
 */
detail?: string, };

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
status: ReadinessStatus, };

/**
 * What the numbers of a [`ReadinessCell`] mean.
 * @public
 */
export type ReadinessStatus = "ok" | "warning" | "error" | "unknown";

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
 * How many records it returned.
 */
records: number, 
/**
 * How many bytes Grail read for it, which is what Dynatrace bills.
 */
scannedBytes: number, 
/**
 * How long it took, in milliseconds.
 */
durationMillis: number, 
/**
 * The DQL that was asked; empty when nothing was.
 */
query: string, 
/**
 * Opens that DQL in a Dynatrace notebook; empty when nothing was asked.
 */
notebookUrl: string, };

/**
 * Whether an environment answered.
 * @public
 */
export type EnvironmentState = "ready" | "failed";

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

