import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCore } from './createCore';
import { WasmModule } from './WasmModule';

const module = new WasmModule(
  () =>
    new WebAssembly.Module(
      readFileSync(join(__dirname, '../pkg/grailstage.wasm')),
    ),
);

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
