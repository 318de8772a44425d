import { stringifyEntityRef } from '@backstage/catalog-model';
import { useApi } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import { useCallback } from 'react';
import { dynatraceApiRef } from '../api';
import { CardProps } from '../cards/CardProps';
import { useAnswer } from '../hooks/useAnswer';
import { CardFrame } from './CardFrame';
import { CardSkeleton } from './CardSkeleton';
import { ErrorMessage } from './ErrorMessage';
import { QueryCard } from './QueryCard';

/**
 * The card of a query of the configuration.
 */
export function CustomQueryCard(
  props: CardProps & {
    /** Id of the query, without `custom.`. */
    query: string;
  },
) {
  const { query, ...cardProps } = props;
  const { entity } = useEntity();
  const api = useApi(dynatraceApiRef);
  const entityRef = stringifyEntityRef(entity);
  const ask = useCallback(
    ({ signal, refresh }: { signal: AbortSignal; refresh: boolean }) =>
      api.getCustomQueryAnswer({ query, entityRef, refresh }, { signal }),
    [api, query, entityRef],
  );
  const { answer, error, isPending, refresh } = useAnswer(
    `${query} ${entityRef}`,
    ask,
  );
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
