import { createCore } from './createCore';
import { GrailstageError as CoreError } from './GrailstageError';
import { WasmModule } from './WasmModule';

const module = new WasmModule();
let loading: Promise<void> | undefined;

// Once; but a failed attempt can be repeated.
async function load(): Promise<void> {
  loading ??= fetchModule().catch(error => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function fetchModule(): Promise<void> {
  // Bundlers find the file by this very expression, and copy it beside the bundle.
  const address = new URL('../pkg/grailstage.wasm', import.meta.url);
  const response = await fetch(address);
  if (!response.ok) {
    throw new CoreError({
      code: 'not-initialised',
      message: `the Grailstage module could not be fetched from ${address.href}: HTTP ${response.status}`,
      help: 'serve grailstage.wasm of @grailstage/core beside the bundle',
      status: 500,
    });
  }
  module.provide(await WebAssembly.compile(await response.arrayBuffer()));
}

export const {
  DynatraceClient,
  GrailstageError,
  cards,
  checkDql,
  explainDql,
  formatDql,
  init,
  inspectDql,
  ownerMetadata,
  planTelemetry,
  releaseMetadata,
  version,
} = createCore(module, load);
