import { Observation } from '@grailstage/core';

/**
 * Hears of every call to Dynatrace and every query: names, codes and numbers, never a query, a value or a secret.
 */
export type Observer = (observation: Observation) => void;
