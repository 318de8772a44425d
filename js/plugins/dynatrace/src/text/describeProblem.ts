import { TranslationFunction } from '@backstage/frontend-plugin-api';
import { dynatraceTranslationRef } from '../translation';

/** The texts for the codes of the backend, of the notes in an answer, and of `DynatraceRequestError`. */
const problemsByCode = new Map(
  Object.entries({
    'missing-scope': 'missingScope',
    forbidden: 'forbidden',
    'not-allowed': 'notAllowed',
    'signed-out': 'signedOut',
    'entity-not-found': 'entityNotFound',
    'backend-missing': 'backendMissing',
    'unknown-card': 'unknownCard',
    'unexpected-response': 'unexpectedResponse',
    network: 'network',
    unavailable: 'unavailable',
    'invalid-label-selector': 'annotation',
    'invalid-annotation': 'annotation',
    'invalid-config': 'configuration',
    'unknown-environment': 'unknownEnvironment',
    'unknown-query': 'unknownQuery',
    'queries-off': 'queriesOff',
    'not-asked-here': 'notAskedHere',
    'timeframe-cut': 'timeframeCut',
    'unit-not-applied': 'unitNotApplied',
    'link-not-allowed': 'linkNotAllowed',
    'rate-limited': 'rateLimited',
    unreachable: 'unreachable',
    'deadline-exceeded': 'deadlineExceeded',
    'invalid-credentials': 'invalidCredentials',
    'not-found': 'wrongAddress',
    'not-json': 'wrongAddress',
    redirected: 'wrongAddress',
    'invalid-query': 'query',
    'query-failed': 'query',
    'query-cancelled': 'query',
    'result-gone': 'query',
    'upstream-failed': 'upstream',
    'unexpected-records': 'upstream',
    truncated: 'truncated',
    'truncated-response': 'truncated',
    notification: 'notification',
    'no-owner-in-catalog': 'ownership',
    'no-owner-in-dynatrace': 'ownership',
    'no-such-team': 'ownership',
    'other-owner': 'ownership',
    'unknown-team': 'ownership',
    'invalid-owner': 'annotation',
    'unreadable-team': 'unreadableSettings',
    'unreadable-zone': 'unreadableSettings',
    'zones-and-grail': 'zonesAndGrail',
    'not-onboarded': 'onboarding',
    'no-zone-of-team': 'onboarding',
    'objectives-left-out': 'objectivesLeftOut',
    'no-components': 'noComponents',
  } as const),
);

/** Those whose remedy the backend knows better than we do. */
const withoutHelp = [
  'missingScope',
  'forbidden',
  'unknownEnvironment',
  'unknownQuery',
  'queriesOff',
  'notAskedHere',
  'timeframeCut',
  'unitNotApplied',
  'linkNotAllowed',
  'unreachable',
  'deadlineExceeded',
  'invalidCredentials',
  'wrongAddress',
  'query',
  'upstream',
  'notification',
  'ownership',
  'unreadableSettings',
  'zonesAndGrail',
  'onboarding',
  'objectivesLeftOut',
  'noComponents',
] as const;

type ProblemWithoutHelp = (typeof withoutHelp)[number];

/**
 * Says what a code means, and what can be done about it where that is known here.
 *
 * @param code - of an error or a note; one that is not known gets a general text
 */
export function describeProblem(
  code: string,
  t: TranslationFunction<typeof dynatraceTranslationRef.T>,
): { title: string; help?: string } {
  const problem = problemsByCode.get(code) ?? 'other';
  const title = t(`problem.${problem}.title`);
  return hasHelp(problem)
    ? { title, help: t(`problem.${problem}.help`) }
    : { title };
}

function hasHelp<T extends string>(
  problem: T,
): problem is Exclude<T, ProblemWithoutHelp> {
  return !withoutHelp.some(name => name === problem);
}
