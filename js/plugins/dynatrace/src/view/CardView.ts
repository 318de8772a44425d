/**
 * What a reader chose to look at, as the URL of the tab has it. A link to it shows others the same.
 */
export interface CardView {
  /** Start of the timeframe: relative such as `now-7d`, or in ISO 8601. Each card has its own where absent. */
  from?: string;
  /** End of the timeframe in the same form; now where absent. */
  to?: string;
  /** Names of environments; all where empty. */
  environments: string[];
}
