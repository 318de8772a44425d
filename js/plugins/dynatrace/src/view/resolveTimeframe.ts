import { resolveMoment } from './resolveMoment';

/**
 * A timeframe as the backend takes it. Relative expressions are resolved against the present, so that a refresh moves on
 * with the time; what cannot be resolved is left to the backend, which says so.
 */
export function resolveTimeframe(
  from?: string | null,
  to?: string | null,
): { from?: string; to?: string } {
  if (!from) {
    return {};
  }
  const now = Date.now();
  return {
    from: resolveMoment(from, now) ?? from,
    to: resolveMoment(to ?? 'now', now) ?? to ?? undefined,
  };
}
