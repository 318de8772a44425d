import { z } from 'zod';
import { cardConfig } from './cardConfig';

/**
 * Queries by their ids, as the configuration of the app lists them.
 */
export const queryConfig = z
  .array(z.object({ queryId: z.string(), ...cardConfig }))
  .default([]);
