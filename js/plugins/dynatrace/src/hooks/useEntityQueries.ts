import { stringifyEntityRef } from '@backstage/catalog-model';
import { isError } from '@backstage/errors';
import { useEntity } from '@backstage/plugin-catalog-react';
import { EntityQueryAnswer } from '@grailstage/backstage-plugin-dynatrace-common';
import { useCallback, useEffect } from 'react';
import { EntityQueriesRequest } from '../api';
import { useCardView } from '../view/CardViewContext';
import { resolveTimeframe } from '../view/resolveTimeframe';
import { AnswerResult, useAnswer } from './useAnswer';

/**
 * Asks queries that people wrote for the entity of the page, over the timeframe and environments that its pickers or
 * else `timeframe` say.
 *
 * @param timeframe - how far back queries that name no timeframe look, such as `now-7d`, where no picker says otherwise
 * @param ask - the same function as long as it asks the same
 * @param answersOf - the answers of the single queries, the same function always
 */
export function useEntityQueries<T>(
  timeframe: string | undefined,
  ask: (
    request: EntityQueriesRequest,
    options: { signal: AbortSignal },
  ) => Promise<T>,
  answersOf: (answer: T) => EntityQueryAnswer[],
): AnswerResult<T> {
  const { entity } = useEntity();
  const entityRef = stringifyEntityRef(entity);
  const { view, onEnvironments, onUnknownEnvironment } = useCardView();
  const from = view.from ?? timeframe;
  const { to } = view;
  const environments = JSON.stringify(view.environments);
  const askNow = useCallback(
    ({ signal, refresh }: { signal: AbortSignal; refresh: boolean }) =>
      ask(
        {
          entityRef,
          ...resolveTimeframe(from, to),
          environments: JSON.parse(environments),
          refresh,
        },
        { signal },
      ),
    [ask, entityRef, from, to, environments],
  );
  const result = useAnswer(
    JSON.stringify([entityRef, from, to, environments]),
    askNow,
  );
  const { answer, error } = result;
  useEffect(() => {
    const first = answer && answersOf(answer).find(query => query.answer);
    if (first?.answer) {
      onEnvironments(first.answer.configuredEnvironments);
    }
  }, [answer, answersOf, onEnvironments]);
  useEffect(() => {
    if (
      isError(error) &&
      Reflect.get(error, 'code') === 'unknown-environment'
    ) {
      onUnknownEnvironment(error);
    }
  }, [error, onUnknownEnvironment]);
  return result;
}
