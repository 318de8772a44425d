import { isError } from '@backstage/errors';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { dynatraceCatalogQueryPermission } from '@grailstage/backstage-plugin-dynatrace-common';
import { useCallback } from 'react';
import {
  DynatraceRequestError,
  dynatraceApiRef,
  EntityQueriesRequest,
} from '../api';
import { CardProps } from '../cards/CardProps';
import { useEntityQueries } from '../hooks/useEntityQueries';
import { dynatraceTranslationRef } from '../translation';
import styles from './CatalogQueriesCard.module.css';
import { CardFrame } from './CardFrame';
import { CardSkeleton } from './CardSkeleton';
import { CodeBlock } from './CodeBlock';
import { ErrorMessage } from './ErrorMessage';
import { PermittedCard } from './PermittedCard';
import { QueryCard } from './QueryCard';
import { StateMessage } from './StateMessage';

/** What an entity with a query says. */
const EXAMPLE = `metadata:
  dynatrace:
    queries:
      - id: errors
        description: Latest errors
        query: |
          fetch logs, from:-2h
          | filter k8s.workload.name == "\${componentName}" and loglevel == "ERROR"
          | fields timestamp, content
          | sort timestamp desc
          | limit 20`;

/**
 * The queries in `metadata.dynatrace.queries` of an entity, a card each.
 */
export function CatalogQueriesCard(props: CardProps) {
  const { t } = useTranslationRef(dynatraceTranslationRef);
  return (
    <PermittedCard
      help={t('query.notAllowed')}
      permission={dynatraceCatalogQueryPermission}
      title={props.title ?? t('query.catalogTitle')}
    >
      <AskingCard {...props} />
    </PermittedCard>
  );
}

function AskingCard(props: CardProps) {
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const api = useApi(dynatraceApiRef);
  const ask = useCallback(
    async (
      request: EntityQueriesRequest & { refreshOnly?: string },
      options: { signal: AbortSignal },
    ) => {
      const answer = await api.getCatalogQueryAnswers(request, options);
      return answer.queries;
    },
    [api],
  );
  const {
    answer: queries,
    error,
    isPending,
    refresh,
    refreshPart,
  } = useEntityQueries(props.timeframe, ask);
  if (queries && queries.length > 0) {
    const title = queries.length === 1 ? props.title : undefined;
    return (
      <div className={styles.cards}>
        {queries.map((query, index) => (
          <QueryCard
            {...props}
            key={index}
            error={error}
            isPending={isPending}
            onRefresh={() => refreshPart(query.id)}
            query={query}
            title={title}
          />
        ))}
      </div>
    );
  }
  return (
    <CardFrame
      isPending={isPending}
      onRefresh={refresh}
      title={props.title ?? t('query.catalogTitle')}
    >
      {error !== undefined && (
        <ErrorMessage
          error={withPermission(error, t('query.notAllowed'))}
          isPending={isPending}
          onRetry={refresh}
        />
      )}
      {error === undefined && !queries && <CardSkeleton />}
      {error === undefined && queries && (
        <StateMessage
          details={[t('query.noneHelp')]}
          title={t('query.noneTitle')}
          tone="neutral"
        >
          <CodeBlock label="catalog-info.yaml">{EXAMPLE}</CodeBlock>
        </StateMessage>
      )}
    </CardFrame>
  );
}

/** The text for what is not allowed speaks of cards; queries have a permission of their own. */
function withPermission(error: unknown, help: string): unknown {
  return isError(error) && Reflect.get(error, 'code') === 'not-allowed'
    ? new DynatraceRequestError(
        { code: 'not-allowed', message: error.message, help, status: 403 },
        error,
      )
    : error;
}
