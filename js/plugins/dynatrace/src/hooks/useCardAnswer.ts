import { useApi } from '@backstage/frontend-plugin-api';
import { CardAnswer } from '@grailstage/backstage-plugin-dynatrace-common';
import { useCallback, useEffect, useState } from 'react';
import { dynatraceApiRef } from '../api';

/**
 * How far the answer of a card is.
 */
export interface CardAnswerResult {
  /** The last answer for this card and entity, kept while a newer one is asked for and when that fails. */
  answer?: CardAnswer;
  /** Why the last request brought no answer. */
  error?: unknown;
  /** Whether a request is under way. */
  isPending: boolean;
  /** Asks again. */
  refresh: () => void;
}

interface Outcome {
  subject: string;
  attempt: number;
  answer?: CardAnswer;
  error?: unknown;
}

/**
 * Asks for the answer of a card when it is mounted, when card or entity change, and on `refresh`.
 */
export function useCardAnswer(
  card: string,
  entityRef: string,
): CardAnswerResult {
  const api = useApi(dynatraceApiRef);
  const [attempt, setAttempt] = useState(0);
  const [outcome, setOutcome] = useState<Outcome>();
  const subject = `${card} ${entityRef}`;

  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    api.getCardAnswer({ card, entityRef }, { signal }).then(
      answer => {
        if (!signal.aborted) {
          setOutcome({ subject, attempt, answer });
        }
      },
      error => {
        if (!signal.aborted) {
          setOutcome(last => ({
            subject,
            attempt,
            error,
            answer: last?.subject === subject ? last.answer : undefined,
          }));
        }
      },
    );
    return () => controller.abort();
  }, [api, card, entityRef, subject, attempt]);

  const refresh = useCallback(() => setAttempt(count => count + 1), []);
  const current = outcome?.subject === subject ? outcome : undefined;
  return {
    answer: current?.answer,
    error: current?.error,
    isPending: current?.attempt !== attempt,
    refresh,
  };
}
