import createGlue, { type Glue } from '../pkg/createGlue';
import { GrailstageError } from './GrailstageError';
import type { ErrorPayload } from '../pkg/glue';

/**
 * One instance of the module with glue of its own.
 *
 * A panic in Rust traps, and a trapped instance is corrupt. It says so in `trapped`, and everything that waits
 * for it fails at once: a trap inside a task of the module happens in a microtask that nobody awaits.
 */
export class WasmInstance {
  trapped = false;

  private readonly glue: Glue;
  private readonly waiting = new Set<(error: GrailstageError) => void>();
  private panic?: string;
  /** How many calls of ours are on the stack: what they throw they catch. */
  private calls = 0;

  constructor(module: WebAssembly.Module) {
    this.glue = createGlue(
      task =>
        queueMicrotask(() => {
          try {
            task();
          } catch (error) {
            this.trap(error);
          }
        }),
      message => {
        this.panic = message;
      },
    );
    const instance = new WebAssembly.Instance(module, {
      './grailstage_bg.js': this.glue as unknown as WebAssembly.ModuleImports,
    });
    this.glue.__wbg_set_wasm(this.guarded(instance.exports));
    (instance.exports.__wbindgen_start as () => void)();
  }

  /** Calls into the module and turns whatever it throws into a {@link GrailstageError}. */
  call<T>(call: (glue: Glue) => T): T {
    if (this.trapped) {
      throw this.trapError(undefined);
    }
    this.calls += 1;
    try {
      return call(this.glue);
    } catch (error) {
      throw this.describe(error);
    } finally {
      this.calls -= 1;
    }
  }

  /** Like {@link WasmInstance.call} for functions that return a promise, which also ends when the module traps. */
  async wait<T>(call: (glue: Glue) => Promise<T>): Promise<T> {
    let stop: (error: GrailstageError) => void = () => {};
    const trapped = new Promise<never>((_, reject) => {
      stop = reject;
    });
    // A trap inside the call itself comes before anybody waits: without this it would count as unhandled.
    trapped.catch(() => {});
    this.waiting.add(stop);
    try {
      return await Promise.race([this.call(call), trapped]);
    } catch (error) {
      throw this.describe(error);
    } finally {
      this.waiting.delete(stop);
    }
  }

  /**
   * The exports for what calls the module by itself: timers and promises that a request has left behind. There is
   * nobody to catch what they throw, and a trapped instance must not be entered again.
   */
  private guarded(exports: WebAssembly.Exports): WebAssembly.Exports {
    const guard =
      (run: (...parameters: unknown[]) => unknown) =>
      (...parameters: unknown[]): unknown => {
        if (this.trapped) {
          return NOTHING;
        }
        if (this.calls > 0) {
          return run(...parameters);
        }
        try {
          return run(...parameters);
        } catch (error) {
          this.trap(error);
          return NOTHING;
        }
      };
    return Object.fromEntries(
      Object.entries(exports).map(([name, value]) => [
        name,
        typeof value === 'function'
          ? guard(value as (...parameters: unknown[]) => unknown)
          : value,
      ]),
    ) as WebAssembly.Exports;
  }

  private describe(error: unknown): unknown {
    if (isTrap(error)) {
      return this.trap(error);
    }
    return isErrorPayload(error) ? new GrailstageError(error) : error;
  }

  private trap(cause: unknown): GrailstageError {
    this.trapped = true;
    const error = this.trapError(cause);
    for (const reject of this.waiting) {
      reject(error);
    }
    this.waiting.clear();
    return error;
  }

  private trapError(cause: unknown): GrailstageError {
    return new GrailstageError(
      {
        code: 'trapped',
        message: `the Grailstage module stopped unexpectedly${
          this.panic ? ` at ${this.panic}` : ''
        }`,
        help: 'the next request gets a fresh module; please report this with the place it names',
        status: 500,
      },
      { cause },
    );
  }
}

/**
 * What a call of a trapped instance returns to the glue: as a number it is 0, and as several results none of them is an
 * error or a value.
 */
const NOTHING = Object.freeze([0, 0, 0, 0]);

/** A stack that overflows is not a `RuntimeError`, and in Jest the error comes from another realm. */
function isTrap(error: unknown): boolean {
  return (
    error instanceof WebAssembly.RuntimeError ||
    ['RangeError', 'InternalError'].includes(
      (error as Error | undefined)?.name ?? '',
    )
  );
}

function isErrorPayload(error: unknown): error is ErrorPayload {
  return (
    typeof error === 'object' &&
    error !== null &&
    !(error instanceof Error) &&
    typeof (error as ErrorPayload).code === 'string' &&
    typeof (error as ErrorPayload).message === 'string' &&
    typeof (error as ErrorPayload).status === 'number'
  );
}
