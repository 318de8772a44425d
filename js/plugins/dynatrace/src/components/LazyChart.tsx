import { ComponentProps, lazy, Suspense } from 'react';
import { useLazy } from '../hooks/useLazy';
import type { AnswerChart } from './AnswerChart';
import { CardSkeleton } from './CardSkeleton';
import { ErrorBoundary } from './ErrorBoundary';
import { ErrorMessage } from './ErrorMessage';

type ChartProps = ComponentProps<typeof AnswerChart>;

/** Charts bring a library that pages without charts need not load. */
async function load() {
  const module = await import('./AnswerChart');
  return { default: module.AnswerChart };
}

const SharedChart = lazy(load);

/**
 * Draws a chart, once its code is loaded.
 */
export function LazyChart(props: ChartProps) {
  const [Chart, reload] = useLazy<ChartProps>(SharedChart, load);
  return (
    <ErrorBoundary
      fallback={(error, retry) => (
        <ErrorMessage
          error={error}
          onRetry={() => {
            reload();
            retry();
          }}
        />
      )}
    >
      <Suspense fallback={<CardSkeleton />}>
        <Chart {...props} />
      </Suspense>
    </ErrorBoundary>
  );
}
