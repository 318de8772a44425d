import type { ErrorPayload, ErrorSpan } from '../pkg/glue';

/**
 * An error with a code that programs can act on and, where someone can act, a way out.
 * @public
 */
export class GrailstageError extends Error {
  /** For machines; stable. */
  readonly code: string;
  /** What can be done about it. */
  readonly help?: string;
  /** The HTTP status that fits. */
  readonly status: number;
  /** Which environment it concerns. */
  readonly environment?: string;
  /** Which part of the input it concerns, in bytes of its UTF-8 text. */
  readonly span?: ErrorSpan;

  constructor(payload: ErrorPayload, options?: { cause?: unknown }) {
    super(payload.message, options);
    this.name = 'GrailstageError';
    this.code = payload.code;
    this.help = payload.help;
    this.status = payload.status;
    this.environment = payload.environment;
    this.span = payload.span;
  }

  /** The error as plain data, in the shape the module throws. */
  toJSON(): ErrorPayload {
    return {
      code: this.code,
      message: this.message,
      help: this.help,
      status: this.status,
      environment: this.environment,
      span: this.span,
    };
  }
}
