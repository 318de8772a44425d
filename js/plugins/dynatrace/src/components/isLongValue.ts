import { Cell } from '@grailstage/backstage-plugin-dynatrace-common';

/** In characters: what fits beside others where a row is a block. */
const LONGEST_SHORT_TEXT = 32;

/**
 * Whether a value is read like a sentence, for which a third of a narrow card is too little.
 */
export function isLongValue(value?: Cell): boolean {
  if (typeof value === 'string') {
    return value.length > LONGEST_SHORT_TEXT;
  }
  if (value === null || value === undefined || typeof value === 'number') {
    return false;
  }
  if (Array.isArray(value)) {
    return value.length > 2 || value.some(isLongValue);
  }
  if ('record' in value) {
    return true;
  }
  return (
    ('text' in value && isLongValue(value.text)) ||
    ('detail' in value && isLongValue(value.detail))
  );
}
