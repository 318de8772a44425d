import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';
import { CardView } from './CardView';
import { readCardView } from './readCardView';
import { writeCardView } from './writeCardView';

/**
 * What to look at, kept in the URL of the page. Every choice is a step in the history of the browser.
 */
export function useCardViewParams() {
  const [params, setParams] = useSearchParams();
  const read = useMemo(() => readCardView(params, Date.now()), [params]);
  const choose = useCallback(
    (view: CardView) => setParams(current => writeCardView(current, view)),
    [setParams],
  );
  return { ...read, choose };
}
