import { useApi } from '@backstage/frontend-plugin-api';
import { CardAnswer } from '@grailstage/backstage-plugin-dynatrace-common';
import { useCallback, useEffect, useRef, useState } from 'react';
import { dynatraceApiRef } from '../api';
import { CardView } from '../view/CardView';
import { resolveTimeframe } from '../view/resolveTimeframe';

/**
 * How far the answer of a card is.
 */
export interface CardAnswerResult {
  /** The last answer to this question, kept while a newer one is asked for and when that fails. */
  answer?: CardAnswer;
  /** Why the last request brought no answer. */
  error?: unknown;
  /** What the last request brought where no environment answered, and `answer` is from before. */
  failure?: CardAnswer;
  /** Whether a request is under way. */
  isPending: boolean;
  /** Asks again, whatever the backend has stored. */
  refresh: () => void;
}

interface Outcome {
  /** What was asked, apart from the timeframe. */
  subject: string;
  timeframe: string;
  attempt: number;
  answer?: CardAnswer;
  error?: unknown;
  failure?: CardAnswer;
}

/**
 * Asks for the answer of a card when it is mounted, when card, entity or view change, and on `refresh`. A card about the
 * present is not asked again when only the timeframe changes.
 */
export function useCardAnswer(
  card: string,
  entityRef: string,
  view: CardView,
): CardAnswerResult {
  const api = useApi(dynatraceApiRef);
  const [attempt, setAttempt] = useState(0);
  const [outcome, setOutcome] = useState<Outcome>();
  const isRefresh = useRef(false);
  const { from, to } = view;
  const environments = JSON.stringify(view.environments);
  const subject = JSON.stringify([card, entityRef, environments]);
  const last = outcome?.subject === subject ? outcome : undefined;
  const timeframe =
    last && isAboutPresent(last)
      ? last.timeframe
      : JSON.stringify([from, to] satisfies Timeframe);

  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const refresh = isRefresh.current;
    isRefresh.current = false;
    const asked = { subject, timeframe, attempt };
    const request = {
      card,
      entityRef,
      ...resolveTimeframe(...(JSON.parse(timeframe) as Timeframe)),
      environments: JSON.parse(environments),
      ...(refresh && { refresh }),
    };
    api.getCardAnswer(request, { signal }).then(
      answer => {
        if (!signal.aborted) {
          setOutcome(before => {
            const kept =
              answer.state === 'failed' ? answerTo(asked, before) : undefined;
            return kept
              ? { ...asked, answer: kept, failure: answer }
              : { ...asked, answer };
          });
        }
      },
      error => {
        if (!signal.aborted) {
          setOutcome(before => ({
            ...asked,
            error,
            answer: answerTo(asked, before),
          }));
        }
      },
    );
    return () => controller.abort();
  }, [api, card, entityRef, environments, subject, timeframe, attempt]);

  const refresh = useCallback(() => {
    isRefresh.current = true;
    setAttempt(count => count + 1);
  }, []);
  const current = last?.timeframe === timeframe ? last : undefined;
  return {
    answer: current?.answer,
    error: current?.error,
    failure: current?.failure,
    isPending: current?.attempt !== attempt,
    refresh,
  };
}

/** What an earlier request found for the same question. */
function answerTo(
  asked: Pick<Outcome, 'subject' | 'timeframe'>,
  before?: Outcome,
): CardAnswer | undefined {
  return before?.subject === asked.subject &&
    before.timeframe === asked.timeframe &&
    before.answer &&
    isOfEnvironments(before.answer)
    ? before.answer
    : undefined;
}

/** Whether an environment answered at all. */
function isOfEnvironments({ state }: CardAnswer): boolean {
  return ['ready', 'empty', 'partial'].includes(state);
}

/** As JSON has it: what is absent is `null`. */
type Timeframe = [from?: string | null, to?: string | null];

/** Whether the answer would be the same with any timeframe. */
function isAboutPresent({ answer, error }: Outcome): boolean {
  return (
    error === undefined &&
    answer !== undefined &&
    answer.timeframe === undefined &&
    isOfEnvironments(answer)
  );
}
