import { useApi } from '@backstage/frontend-plugin-api';
import { useCallback, useEffect, useState } from 'react';
import { dynatraceApiRef } from '../api';
import { CardView } from '../view/CardView';
import { resolveTimeframe } from '../view/resolveTimeframe';
import { isOfEnvironments } from './isOfEnvironments';
import { isStale } from './isStale';
import { keepAnswered } from './keepAnswered';
import { ShownAnswer } from './ShownAnswer';
import { AnswerKind, AnswerResult, useAnswer } from './useAnswer';

const cardAnswers: AnswerKind<ShownAnswer> = {
  merge: ({ answer }, before) => keepAnswered(answer, before.answer),
  isStale: ({ answer }) => isStale(answer),
};

/**
 * Asks for the answer of a card when it is mounted, when card, entity or view change, and on `refresh`. A card about the
 * present is not asked again when only the timeframe changes.
 */
export function useCardAnswer(
  card: string,
  entityRef: string,
  view: CardView,
): AnswerResult<ShownAnswer> {
  const api = useApi(dynatraceApiRef);
  const { from, to } = view;
  const environments = JSON.stringify(view.environments);
  const question = JSON.stringify([card, entityRef, environments]);
  const [present, setPresent] = useState<Present>();
  const timeframe =
    present?.question === question
      ? present.timeframe
      : JSON.stringify([from, to] satisfies Timeframe);

  const ask = useCallback(
    async (options: { signal: AbortSignal; refresh: boolean }) => ({
      answer: await api.getCardAnswer(
        {
          card,
          entityRef,
          ...resolveTimeframe(...(JSON.parse(timeframe) as Timeframe)),
          environments: JSON.parse(environments),
          refresh: options.refresh,
        },
        { signal: options.signal },
      ),
    }),
    [api, card, entityRef, environments, timeframe],
  );
  const result = useAnswer<ShownAnswer>(
    JSON.stringify([question, timeframe]),
    ask,
    cardAnswers,
  );

  const shown = result.answer?.answer;
  const isAboutPresent =
    shown !== undefined &&
    shown.timeframe === undefined &&
    isOfEnvironments(shown);
  useEffect(
    () => setPresent(isAboutPresent ? { question, timeframe } : undefined),
    [isAboutPresent, question, timeframe],
  );
  return result;
}

/** A question whose answer would be the same with any timeframe, and the one with which it was asked. */
interface Present {
  question: string;
  timeframe: string;
}

/** As JSON has it: what is absent is `null`. */
type Timeframe = [from?: string | null, to?: string | null];
