import { CardBody } from '@backstage/ui';
import { ReactNode, useCallback, useMemo, useState } from 'react';
import { CardViewContext } from '../view/CardViewContext';
import { useCardViewParams } from '../view/useCardViewParams';
import { CardSurface } from './CardSurface';
import { CardViewMessage } from './CardViewMessage';
import { CardViewPickers } from './CardViewPickers';
import { NotConfiguredMessage } from './NotConfiguredMessage';

/**
 * Pickers of timeframe and environments, and below them what follows them. What is chosen is in the URL; where that makes
 * no sense, a message with a way back takes the place of the cards, and so it does where no environment is configured.
 */
export function CardViewProvider(props: { children: ReactNode }) {
  const { view, problem, choose } = useCardViewParams();
  const [names, setNames] = useState<string[]>([]);
  const [refusal, setRefusal] = useState<Refusal>();
  const [isConfigured, setIsConfigured] = useState(true);
  const key = JSON.stringify(view.environments);

  const onEnvironments = useCallback(
    (found: string[]) =>
      setNames(known =>
        JSON.stringify(known) === JSON.stringify(found) ? known : found,
      ),
    [],
  );
  const shared = useMemo(
    () => ({
      view,
      onEnvironments,
      onNotConfigured: () => setIsConfigured(false),
      onUnknownEnvironment: (error: unknown) => setRefusal({ key, error }),
    }),
    [view, onEnvironments, key],
  );
  const refused = refusal?.key === key ? refusal : undefined;
  if (!isConfigured) {
    return (
      <CardSurface>
        <CardBody>
          <NotConfiguredMessage onRetry={() => setIsConfigured(true)} />
        </CardBody>
      </CardSurface>
    );
  }
  return (
    <>
      <CardViewPickers
        environments={names}
        hasProblem={problem !== undefined}
        onChange={choose}
        view={view}
      />
      {problem !== undefined || refused ? (
        <CardViewMessage
          error={refused?.error}
          onChange={choose}
          problem={problem}
          view={view}
        />
      ) : (
        <CardViewContext.Provider value={shared}>
          {props.children}
        </CardViewContext.Provider>
      )}
    </>
  );
}

/** What was said about the environments of a view. */
interface Refusal {
  key: string;
  error: unknown;
}
