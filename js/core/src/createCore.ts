import type { ClientOptions } from '..';
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
  };
}
