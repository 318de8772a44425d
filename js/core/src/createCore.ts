import type { ClientOptions } from '..';
import type { DqlCheckOptions, DqlOptions, DqlReport } from '../pkg/glue';
import type {
  DqlInspection,
  DqlInspectionRequest,
  OwnerMetadataRequest,
  ReleaseMetadataRequest,
  TelemetryPlan,
  TelemetryPlanRequest,
  WorkloadMetadata,
} from '../pkg/scaffoldPayloads';
import { DynatraceClient as Client } from './DynatraceClient';
import { GrailstageError } from './GrailstageError';
import type { WasmModule } from './WasmModule';

/** What every entry point exports, over its own way of getting the module. */
export function createCore(module: WasmModule, init: () => Promise<void>) {
  class DynatraceClient extends Client {
    static create(options: ClientOptions): DynatraceClient {
      return new DynatraceClient(module, options);
    }
  }

  return {
    DynatraceClient,
    GrailstageError,
    init,
    version: (): string => module.instance().call(glue => glue.version()),
    cards: (): string[] => module.instance().call(glue => glue.cards()),
    checkDql: (text: string, options?: DqlCheckOptions): DqlReport =>
      JSON.parse(module.instance().call(glue => glue.checkDql(text, options))),
    formatDql: (text: string, options?: DqlOptions): DqlReport =>
      JSON.parse(module.instance().call(glue => glue.formatDql(text, options))),
    explainDql: (text: string, options?: DqlOptions): DqlReport =>
      JSON.parse(
        module.instance().call(glue => glue.explainDql(text, options)),
      ),
    inspectDql: (request: DqlInspectionRequest): DqlInspection =>
      JSON.parse(module.instance().call(glue => glue.inspectDql(request))),
    planTelemetry: (request: TelemetryPlanRequest): TelemetryPlan =>
      JSON.parse(module.instance().call(glue => glue.planTelemetry(request))),
    ownerMetadata: (request: OwnerMetadataRequest): WorkloadMetadata =>
      JSON.parse(module.instance().call(glue => glue.ownerMetadata(request))),
    releaseMetadata: (request: ReleaseMetadataRequest): WorkloadMetadata =>
      JSON.parse(module.instance().call(glue => glue.releaseMetadata(request))),
  };
}
