import { stringifyEntityRef } from '@backstage/catalog-model';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import { CardBody } from '@backstage/ui';
import { ReactNode } from 'react';
import { titleOf, useOwningGroups } from '../hooks/useOwningGroups';
import { dynatraceTranslationRef } from '../translation';
import { CardSkeleton } from './CardSkeleton';
import { CardSurface } from './CardSurface';
import { ErrorMessage } from './ErrorMessage';
import styles from './HomePageContent.module.css';
import { LazyCard } from './LazyCard';
import { StateMessage } from './StateMessage';

/**
 * Props of {@link HomePageContent}.
 *
 * @public
 */
export interface HomePageDynatraceCardProps {
  /** Rows a page; 10 where absent. */
  pageSize?: number;
}

/**
 * For a home page: the state of all components of each group of the reader.
 */
export function HomePageContent(props: HomePageDynatraceCardProps) {
  const { groups, isMember, error, isPending, retry } = useOwningGroups();
  const { t } = useTranslationRef(dynatraceTranslationRef);
  if (error !== undefined) {
    return (
      <Surface>
        <ErrorMessage error={error} isPending={isPending} onRetry={retry} />
      </Surface>
    );
  }
  if (!groups) {
    return (
      <Surface isPending>
        <CardSkeleton />
      </Surface>
    );
  }
  if (groups.length === 0) {
    return (
      <Surface>
        <StateMessage
          details={[
            isMember ? t('home.noComponentHelp') : t('home.noGroupHelp'),
          ]}
          title={isMember ? t('home.noComponent') : t('home.noGroup')}
          tone="neutral"
        />
      </Surface>
    );
  }
  return (
    <div className={styles.cards}>
      {groups.map(group => (
        <EntityProvider key={stringifyEntityRef(group)} entity={group}>
          <LazyCard
            card="team"
            pageSize={props.pageSize}
            title={t('home.group', { group: titleOf(group) })}
          />
        </EntityProvider>
      ))}
    </div>
  );
}

function Surface(props: { isPending?: boolean; children: ReactNode }) {
  return (
    <CardSurface isPending={props.isPending}>
      <CardBody>{props.children}</CardBody>
    </CardSurface>
  );
}
