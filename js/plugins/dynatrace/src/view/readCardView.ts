import { CardView } from './CardView';
import { resolveMoment } from './resolveMoment';

/**
 * Why a URL does not say what to look at.
 */
export type CardViewProblem =
  | { kind: 'moment'; name: 'from' | 'to'; value: string }
  | { kind: 'order'; from: string; to: string }
  | { kind: 'start'; to: string };

/**
 * Reads what to look at from the query part of a URL: `from`, `to`, and `environment` once or more.
 *
 * @param now - milliseconds since the epoch, for relative expressions
 * @returns the view; where its timeframe cannot be used, the problem, too, and the view without it
 */
export function readCardView(
  params: URLSearchParams,
  now: number,
): { view: CardView; problem?: CardViewProblem } {
  const environments = [...new Set(params.getAll('environment'))].filter(
    name => name.trim() !== '',
  );
  const from = params.get('from') ?? undefined;
  const to = params.get('to') ?? undefined;
  const problem = problemOf(from, to, now);
  return problem
    ? { view: { environments }, problem }
    : { view: { from, to, environments } };
}

function problemOf(
  from: string | undefined,
  to: string | undefined,
  now: number,
): CardViewProblem | undefined {
  const start = from === undefined ? undefined : resolveMoment(from, now);
  const end = resolveMoment(to ?? 'now', now);
  if (from !== undefined && start === undefined) {
    return { kind: 'moment', name: 'from', value: from };
  }
  if (to !== undefined && end === undefined) {
    return { kind: 'moment', name: 'to', value: to };
  }
  if (start === undefined || end === undefined) {
    return to === undefined ? undefined : { kind: 'start', to };
  }
  return Date.parse(start) < Date.parse(end)
    ? undefined
    : { kind: 'order', from: from ?? start, to: to ?? 'now' };
}
