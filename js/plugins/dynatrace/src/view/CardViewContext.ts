import { createContext, useContext } from 'react';
import { CardView } from './CardView';

/**
 * What cards share with the pickers above them.
 */
export interface CardViewShared {
  view: CardView;
  /** Tells the pickers which environments there are. */
  onEnvironments: (names: string[]) => void;
  /** Tells that no environment is configured, which no card can help. */
  onNotConfigured: () => void;
  /** Tells the pickers that an environment of the view is none. */
  onUnknownEnvironment: (error: unknown) => void;
}

/** A card that stands alone looks at its own timeframe and at all environments. */
const alone: CardViewShared = {
  view: { environments: [] },
  onEnvironments: () => {},
  onNotConfigured: () => {},
  onUnknownEnvironment: () => {},
};

/** Provided by the tab. */
export const CardViewContext = createContext(alone);

/**
 * What a card is to look at.
 */
export function useCardView(): CardViewShared {
  return useContext(CardViewContext);
}
