import { useCallback, useEffect, useState } from 'react';

/** In milliseconds: what the backend gets to renew an answer that it gave out as stale. */
const RENEWAL = 5_000;

/**
 * How far an answer is.
 */
export interface AnswerResult<T> {
  /** The last answer for this subject, kept while a newer one is asked for and when that fails. */
  answer?: T;
  /** Why the last request brought no answer. */
  error?: unknown;
  /** Whether a request is under way. */
  isPending: boolean;
  /** Asks again. */
  refresh: () => void;
  /** The same where only a part of the answer, by its id, is to be newer. */
  refreshPart: (part: string) => void;
}

/**
 * What answers of a kind have in common.
 */
export interface AnswerKind<T> {
  /** What is shown of a new answer and the one that was shown before. */
  merge: (answer: T, before: T) => T;
  /** Whether the backend is renewing what it answered. */
  isStale: (answer: T) => boolean;
}

interface Attempt {
  subject: string;
  reason?: 'refresh' | 'renewal';
  /** The part that a refresh is for; all where absent. */
  part?: string;
}

interface Outcome<T> {
  attempt: Attempt;
  answer?: T;
  error?: unknown;
}

/**
 * Asks for an answer when it is mounted, when `subject` or `ask` change, and on `refresh`; once more after a few seconds
 * where the backend is renewing what it answered.
 *
 * @param subject - what the answer is about: that of another subject is not shown
 * @param ask - the same function as long as it asks the same; `refresh` says that what is kept will not do
 * @param kind - the same object always
 */
export function useAnswer<T>(
  subject: string,
  ask: (options: {
    signal: AbortSignal;
    refresh: boolean;
    part?: string;
  }) => Promise<T>,
  kind?: AnswerKind<T>,
): AnswerResult<T> {
  const [attempt, setAttempt] = useState<Attempt>({ subject });
  const [outcome, setOutcome] = useState<Outcome<T>>();
  if (attempt.subject !== subject) {
    setAttempt({ subject });
  }

  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const { reason, part } = attempt;
    ask({ signal, refresh: reason === 'refresh', part }).then(
      answer => {
        if (!signal.aborted) {
          setOutcome(last => {
            const before = answerTo(attempt.subject, last);
            const isMerged = kind !== undefined && before !== undefined;
            const shown = isMerged ? kind.merge(answer, before) : answer;
            return { attempt, answer: shown };
          });
        }
      },
      error => {
        if (!signal.aborted) {
          setOutcome(last => ({
            attempt,
            error,
            answer: answerTo(attempt.subject, last),
          }));
        }
      },
    );
    return () => controller.abort();
  }, [ask, kind, attempt]);

  const current = outcome?.attempt.subject === subject ? outcome : undefined;
  const isPending = current?.attempt !== attempt;
  const isOutdated =
    !isPending &&
    attempt.reason !== 'renewal' &&
    current.error === undefined &&
    current.answer !== undefined &&
    kind?.isStale(current.answer) === true;
  useEffect(() => {
    if (!isOutdated) {
      return undefined;
    }
    const timer = setTimeout(
      () => setAttempt({ subject, reason: 'renewal' }),
      RENEWAL,
    );
    return () => clearTimeout(timer);
  }, [isOutdated, subject, attempt]);

  const refresh = useCallback(
    () => setAttempt({ subject, reason: 'refresh' }),
    [subject],
  );
  const refreshPart = useCallback(
    (part: string) => setAttempt({ subject, reason: 'refresh', part }),
    [subject],
  );
  return {
    answer: current?.answer,
    error: current?.error,
    isPending,
    refresh,
    refreshPart,
  };
}

function answerTo<T>(subject: string, last?: Outcome<T>): T | undefined {
  return last?.attempt.subject === subject ? last.answer : undefined;
}
