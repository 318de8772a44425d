import { useCallback, useEffect, useRef, useState } from 'react';

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
}

interface Outcome<T> {
  subject: string;
  attempt: number;
  answer?: T;
  error?: unknown;
}

/**
 * Asks for an answer when it is mounted, when `subject` or `ask` change, and on `refresh`.
 *
 * @param subject - what the answer is about: that of another subject is not shown
 * @param ask - the same function as long as it asks the same; `refresh` says that what is kept will not do
 */
export function useAnswer<T>(
  subject: string,
  ask: (options: { signal: AbortSignal; refresh: boolean }) => Promise<T>,
): AnswerResult<T> {
  const [attempt, setAttempt] = useState(0);
  const [outcome, setOutcome] = useState<Outcome<T>>();
  const isRefresh = useRef(false);

  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const refresh = isRefresh.current;
    isRefresh.current = false;
    ask({ signal, refresh }).then(
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
  }, [ask, subject, attempt]);

  const refresh = useCallback(() => {
    isRefresh.current = true;
    setAttempt(count => count + 1);
  }, []);
  const current = outcome?.subject === subject ? outcome : undefined;
  return {
    answer: current?.answer,
    error: current?.error,
    isPending: current?.attempt !== attempt,
    refresh,
  };
}
