import { z } from 'zod';

const LOOKBACK = /^now-\d{1,4}[mhdw]$/;

/**
 * What the configuration of the app can say of every card.
 */
export const cardConfig = {
  title: z.string().optional(),
  pageSize: z.number().int().positive().optional(),
  timeframe: z
    .string()
    .regex(LOOKBACK, 'expected a start such as `now-7d`')
    .optional(),
};
