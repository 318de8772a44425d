import { GrailstageError } from './GrailstageError';
import { WasmInstance } from './WasmInstance';

/** The compiled module, and the instance in use: made on first use, replaced after a trap. */
export class WasmModule {
  private readonly compile: (() => WebAssembly.Module) | undefined;
  private module?: WebAssembly.Module;
  private current?: WasmInstance;

  /** @param compile - compiles the module at once; absent where that takes {@link WasmModule.provide} first */
  constructor(compile?: () => WebAssembly.Module) {
    this.compile = compile;
  }

  /** Hands over a module that was compiled elsewhere. */
  provide(module: WebAssembly.Module): void {
    this.module = module;
  }

  /** The instance in use. */
  instance(): WasmInstance {
    if (!this.current || this.current.trapped) {
      this.module ??= this.compile?.();
      if (!this.module) {
        throw new GrailstageError({
          code: 'not-initialised',
          message: 'the Grailstage module is not loaded',
          help: 'in a browser, `await init()` of @grailstage/core once before anything else',
          status: 500,
        });
      }
      this.current = new WasmInstance(this.module);
    }
    return this.current;
  }
}
