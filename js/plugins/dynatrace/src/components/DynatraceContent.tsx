import { isCatalogQueriesAvailable } from '@grailstage/backstage-plugin-dynatrace-common';
import { useEntity } from '@backstage/plugin-catalog-react';
import { CardBody } from '@backstage/ui';
import { cardDefinitions } from '../cards/cardDefinitions';
import { CatalogQueriesCard } from './CatalogQueriesCard';
import { CardSurface } from './CardSurface';
import { CardViewProvider } from './CardViewProvider';
import styles from './DynatraceContent.module.css';
import { LazyCard } from './LazyCard';
import { MissingAnnotationMessage } from './MissingAnnotationMessage';

/**
 * The Dynatrace tab of an entity: all cards its annotations allow, over the timeframe and environments in the URL.
 */
export function DynatraceContent() {
  const { entity } = useEntity();
  const available = cardDefinitions.filter(card => card.isAvailable(entity));
  const hasQueries = isCatalogQueriesAvailable(entity);
  if (available.length === 0 && !hasQueries) {
    const annotations = cardDefinitions.flatMap(card => card.annotations);
    return (
      <CardSurface>
        <CardBody>
          <MissingAnnotationMessage annotations={[...new Set(annotations)]} />
        </CardBody>
      </CardSurface>
    );
  }
  return (
    <CardViewProvider>
      <div className={styles.cards}>
        {available.map(({ id }) => (
          <LazyCard key={id} card={id} />
        ))}
        {hasQueries && <CatalogQueriesCard />}
      </div>
    </CardViewProvider>
  );
}
