import { CardBody } from '@backstage/ui';
import { lazy, Suspense } from 'react';
import { AnswerCardProps } from './AnswerCard';
import { CardSkeleton } from './CardSkeleton';
import { CardSurface } from './CardSurface';

const AnswerCard = lazy(() =>
  import('./AnswerCard').then(module => ({ default: module.AnswerCard })),
);

/**
 * Draws a card, once its code is loaded.
 */
export function LazyCard(props: AnswerCardProps) {
  return (
    <Suspense
      fallback={
        <CardSurface isPending>
          <CardBody>
            <CardSkeleton />
          </CardBody>
        </CardSurface>
      }
    >
      <AnswerCard {...props} />
    </Suspense>
  );
}
