import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import { CardBody } from '@backstage/ui';
import {
  dynatraceCardReadPermission,
  DynatraceCardId,
  isCatalogQueriesAvailable,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { useEffect } from 'react';
import { chooseCards } from '../cards/chooseCards';
import { dynatraceTranslationRef } from '../translation';
import { CatalogQueriesCard } from './CatalogQueriesCard';
import { CardSurface } from './CardSurface';
import { CardViewProvider } from './CardViewProvider';
import { DqlQueryCard, DqlQueryCardProps } from './DqlQueryCard';
import styles from './DynatraceContent.module.css';
import { LazyCard } from './LazyCard';
import { MissingAnnotationMessage } from './MissingAnnotationMessage';
import { PermittedCard } from './PermittedCard';

/**
 * Props of {@link DynatraceContent}.
 *
 * @public
 */
export interface DynatraceContentProps {
  /** Ids of the cards to show, in this order, where an entity has what they need; all where absent. */
  cards?: DynatraceCardId[];
  /** Queries to show for components besides, by their ids, such as `custom.errors`. */
  queries?: DqlQueryCardProps[];
}

/**
 * The Dynatrace tab of an entity: the cards its annotations allow, over the timeframe and environments in the URL. What
 * keeps the reader from all of them is said once.
 */
export function DynatraceContent(props: DynatraceContentProps) {
  const { entity } = useEntity();
  const { t } = useTranslationRef(dynatraceTranslationRef);
  // While the permission is asked for, the code is loaded that cards are going to need.
  useEffect(loadAhead, []);
  const chosen = chooseCards(props.cards);
  const available = chosen.filter(card => card.isAvailable(entity));
  const queries =
    entity.kind.toLowerCase() === 'component' ? (props.queries ?? []) : [];
  const hasQueries = isCatalogQueriesAvailable(entity);
  const hasCards = available.length > 0 || queries.length > 0;
  if (!hasCards && !hasQueries) {
    const annotations = chosen.flatMap(card => card.annotations);
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
        {hasCards && (
          <PermittedCard
            permission={dynatraceCardReadPermission}
            title={t('view.cards')}
          >
            {available.map(({ id }) => (
              <LazyCard key={id} card={id} />
            ))}
            {queries.map((query, index) => (
              <DqlQueryCard key={index} {...query} />
            ))}
          </PermittedCard>
        )}
        {hasQueries && <CatalogQueriesCard />}
      </div>
    </CardViewProvider>
  );
}

/** What cannot be loaded now is loaded again, and missed, where it is drawn. */
function loadAhead() {
  for (const code of [import('./AnswerCard'), import('./AnswerChart')]) {
    code.catch(() => {});
  }
}
