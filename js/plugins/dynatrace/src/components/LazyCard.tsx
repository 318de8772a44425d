import { CardBody } from '@backstage/ui';
import { lazy, Suspense } from 'react';
import { CardDefinition } from '../cards/CardDefinition';
import { cardDefinitions } from '../cards/cardDefinitions';
import { CardProps } from '../cards/CardProps';
import { CardSkeleton } from './CardSkeleton';
import { CardSurface } from './CardSurface';

const components = new Map(
  cardDefinitions.map(definition => [
    definition.id,
    lazy(async () => ({ default: await definition.load() })),
  ]),
);

/**
 * Draws a card by its definition, once its code is loaded.
 */
export function LazyCard(props: CardProps & { definition: CardDefinition }) {
  const { definition, ...cardProps } = props;
  const Component = components.get(definition.id);
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
      {Component && <Component {...cardProps} />}
    </Suspense>
  );
}
