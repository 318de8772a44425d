//! TypeScript declarations of what crosses the boundary, generated from the types of `insights`, `dql` and `scaffold`.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const PAYLOADS: &'static str = include_str!("../../../js/plugins/dynatrace-common/src/payloads.ts");

/// The types of the actions refer to those above, so they stay in a file of their own.
#[wasm_bindgen(typescript_custom_section)]
const SCAFFOLD_PAYLOADS: &'static str = "import type * as Scaffold from './scaffoldPayloads';";

#[wasm_bindgen(typescript_custom_section)]
const ANSWER_STORE: &'static str = r"
/**
 * Where answers are kept, for all processes that share it.
 * @public
 */
export interface AnswerStore {
  /** The value under a key, or `undefined`. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Keeps a value for so many milliseconds. */
  set(key: string, value: Uint8Array, ttlMillis: number): Promise<void>;
  /** Claims a key for so many milliseconds at most; `false` where another process holds it. */
  claim(key: string, ttlMillis: number): Promise<boolean>;
  /** Gives a claimed key back. */
  release(key: string): Promise<void>;
}
";

#[wasm_bindgen(typescript_custom_section)]
const CATALOG_QUERIES_OUTCOME: &'static str = r"
/**
 * The answers of the queries of an entity, and what an audit is told of them.
 * @public
 */
export interface CatalogQueriesOutcome {
  /** UTF-8 JSON of a `CatalogQueriesAnswer`. */
  answer: Uint8Array;
  /** Every query that went to an environment or was answered in its place. */
  asked: AskedCatalogQuery[];
}
";
