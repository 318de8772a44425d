import { CardView } from './CardView';

/**
 * The query part of a URL with what to look at in place of what it said before; all else stays.
 */
export function writeCardView(
  params: URLSearchParams,
  view: CardView,
): URLSearchParams {
  const written = new URLSearchParams(params);
  ['from', 'to', 'environment'].forEach(name => written.delete(name));
  if (view.from !== undefined) {
    written.set('from', view.from);
  }
  if (view.to !== undefined) {
    written.set('to', view.to);
  }
  for (const environment of view.environments) {
    written.append('environment', environment);
  }
  return written;
}
