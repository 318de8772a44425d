import bytes from '../pkg/grailstage.wasm';
import { createCore } from './createCore';
import { WasmModule } from './WasmModule';

const module = new WasmModule(() => new WebAssembly.Module(bytes));

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
} = createCore(module, async () => {});
