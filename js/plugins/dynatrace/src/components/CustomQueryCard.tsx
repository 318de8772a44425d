import { useApi } from '@backstage/frontend-plugin-api';
import { dynatraceCardReadPermission } from '@grailstage/backstage-plugin-dynatrace-common';
import { useCallback } from 'react';
import { dynatraceApiRef, EntityQueriesRequest } from '../api';
import { CardProps } from '../cards/CardProps';
import { useEntityQueries } from '../hooks/useEntityQueries';
import { CardFrame } from './CardFrame';
import { CardSkeleton } from './CardSkeleton';
import { ErrorMessage } from './ErrorMessage';
import { PermittedCard } from './PermittedCard';
import { QueryCard } from './QueryCard';

/**
 * Props of {@link CustomQueryCard}.
 */
export interface CustomQueryCardProps extends CardProps {
  /** Id of the query, without `custom.`. */
  query: string;
}

/**
 * The card of a query of the configuration.
 */
export function CustomQueryCard(props: CustomQueryCardProps) {
  return (
    <PermittedCard
      permission={dynatraceCardReadPermission}
      title={props.title ?? props.query}
    >
      <AskingCard {...props} />
    </PermittedCard>
  );
}

function AskingCard(props: CustomQueryCardProps) {
  const { query, ...cardProps } = props;
  const api = useApi(dynatraceApiRef);
  const ask = useCallback(
    async (request: EntityQueriesRequest, options: { signal: AbortSignal }) => [
      await api.getCustomQueryAnswer({ ...request, query }, options),
    ],
    [api, query],
  );
  const {
    answer: [answer] = [],
    error,
    isPending,
    refresh,
  } = useEntityQueries(props.timeframe, ask);
  if (answer) {
    return (
      <QueryCard
        {...cardProps}
        error={error}
        isPending={isPending}
        onRefresh={refresh}
        query={answer}
      />
    );
  }
  return (
    <CardFrame
      isPending={isPending}
      onRefresh={refresh}
      title={props.title ?? query}
    >
      {error === undefined ? (
        <CardSkeleton />
      ) : (
        <ErrorMessage error={error} isPending={isPending} onRetry={refresh} />
      )}
    </CardFrame>
  );
}
