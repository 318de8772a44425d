import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import { CardBody } from '@backstage/ui';
import {
  dynatraceCardReadPermission,
  isCatalogQueriesAvailable,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { cardDefinitions } from '../cards/cardDefinitions';
import { dynatraceTranslationRef } from '../translation';
import { CatalogQueriesCard } from './CatalogQueriesCard';
import { CardSurface } from './CardSurface';
import { CardViewProvider } from './CardViewProvider';
import styles from './DynatraceContent.module.css';
import { LazyCard } from './LazyCard';
import { MissingAnnotationMessage } from './MissingAnnotationMessage';
import { PermittedCard } from './PermittedCard';

/**
 * The Dynatrace tab of an entity: all cards its annotations allow, over the timeframe and environments in the URL. What
 * keeps the reader from all of them is said once.
 */
export function DynatraceContent() {
  const { entity } = useEntity();
  const { t } = useTranslationRef(dynatraceTranslationRef);
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
        {available.length > 0 && (
          <PermittedCard
            permission={dynatraceCardReadPermission}
            title={t('view.cards')}
          >
            {available.map(({ id }) => (
              <LazyCard key={id} card={id} />
            ))}
          </PermittedCard>
        )}
        {hasQueries && <CatalogQueriesCard />}
      </div>
    </CardViewProvider>
  );
}
