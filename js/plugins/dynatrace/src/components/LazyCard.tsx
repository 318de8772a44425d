import { CardBody } from '@backstage/ui';
import { lazy, Suspense } from 'react';
import { useLazy } from '../hooks/useLazy';
import { AnswerCardProps } from './AnswerCard';
import { CardBoundary } from './CardBoundary';
import { CardSkeleton } from './CardSkeleton';
import { CardSurface } from './CardSurface';

async function load() {
  const { AnswerCard } = await import('./AnswerCard');
  return { default: AnswerCard };
}

const SharedCard = lazy(load);

/**
 * Draws a card, once its code is loaded.
 */
export function LazyCard(props: AnswerCardProps) {
  const [Card, reload] = useLazy<AnswerCardProps>(SharedCard, load);
  return (
    <CardBoundary onRetry={reload} title={props.title}>
      <Suspense
        fallback={
          <CardSurface isPending>
            <CardBody>
              <CardSkeleton />
            </CardBody>
          </CardSurface>
        }
      >
        <Card {...props} />
      </Suspense>
    </CardBoundary>
  );
}
