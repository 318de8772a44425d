import { isError } from '@backstage/errors';
import { CardAnswer } from '@grailstage/backstage-plugin-dynatrace-common';
import { useEffect } from 'react';
import { useCardView } from '../view/CardViewContext';

/** What the backend says of an environment that is not configured. */
const UNKNOWN_ENVIRONMENT = 'unknown-environment';

/**
 * Tells what stands above the cards what concerns them all: which environments there are, or that there are none.
 */
export function useViewReport(answer?: CardAnswer, error?: unknown): void {
  const { onEnvironments, onNotConfigured, onUnknownEnvironment } =
    useCardView();
  useEffect(() => {
    if (answer?.state === 'not-configured') {
      onNotConfigured();
    } else if (answer) {
      onEnvironments(answer.configuredEnvironments);
    }
  }, [answer, onEnvironments, onNotConfigured]);
  useEffect(() => {
    if (isError(error) && Reflect.get(error, 'code') === UNKNOWN_ENVIRONMENT) {
      onUnknownEnvironment(error);
    }
  }, [error, onUnknownEnvironment]);
}
