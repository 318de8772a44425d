import { stringifyEntityRef } from '@backstage/catalog-model';
import { useEntity } from '@backstage/plugin-catalog-react';
import { EntityQueryAnswer } from '@grailstage/backstage-plugin-dynatrace-common';
import { useCallback } from 'react';
import { EntityQueriesRequest } from '../api';
import { useCardView } from '../view/CardViewContext';
import { resolveTimeframe } from '../view/resolveTimeframe';
import { isStale } from './isStale';
import { keepAnswered } from './keepAnswered';
import { ShownQuery } from './ShownQuery';
import { AnswerKind, AnswerResult, useAnswer } from './useAnswer';
import { useViewReport } from './useViewReport';

const queryAnswers: AnswerKind<ShownQuery[]> = {
  merge: (queries, before) =>
    queries.map((query, index) => {
      const last = before[index]?.id === query.id ? before[index] : undefined;
      return query.answer
        ? { ...query, ...keepAnswered(query.answer, last?.answer) }
        : query;
    }),
  isStale: queries =>
    queries.some(({ answer }) => answer !== undefined && isStale(answer)),
};

/**
 * Asks queries that people wrote for the entity of the page, over the timeframe and environments that its pickers or
 * else `timeframe` say.
 *
 * @param timeframe - how far back queries that name no timeframe look, such as `now-7d`, where no picker says otherwise
 * @param ask - the same function as long as it asks the same
 */
export function useEntityQueries(
  timeframe: string | undefined,
  ask: (
    request: EntityQueriesRequest & { refreshOnly?: string },
    options: { signal: AbortSignal },
  ) => Promise<EntityQueryAnswer[]>,
): AnswerResult<ShownQuery[]> {
  const { entity } = useEntity();
  const entityRef = stringifyEntityRef(entity);
  const { view } = useCardView();
  const from = view.from ?? timeframe;
  const { to } = view;
  const environments = JSON.stringify(view.environments);
  const askNow = useCallback(
    ({
      signal,
      refresh,
      part,
    }: {
      signal: AbortSignal;
      refresh: boolean;
      part?: string;
    }) =>
      ask(
        {
          entityRef,
          ...resolveTimeframe(from, to),
          environments: JSON.parse(environments),
          refresh,
          refreshOnly: part,
        },
        { signal },
      ),
    [ask, entityRef, from, to, environments],
  );
  const result = useAnswer<ShownQuery[]>(
    JSON.stringify([entityRef, from, to, environments]),
    askNow,
    queryAnswers,
  );
  useViewReport(
    result.answer?.find(({ answer }) => answer)?.answer,
    result.error,
  );
  return result;
}
