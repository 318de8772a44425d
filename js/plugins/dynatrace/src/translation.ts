import { createTranslationRef } from '@backstage/frontend-plugin-api';
import { answerTexts } from './answerTexts';

/**
 * All texts of the plugin in English, by key. Texts between backticks are set as code.
 */
export const dynatraceMessages = {
  answer: answerTexts,
  cards: {
    team: {
      title: 'Components',
      emptyTitle: 'No components',
      emptyHelp:
        'The catalog has no component that belongs here, or none that you may see.',
    },
    'kubernetes-deployments': {
      title: 'Kubernetes workloads',
      emptyTitle: 'No workloads found',
      emptyHelp:
        'Check that the selector matches the labels of the workloads, and that Dynatrace monitors their cluster. New workloads appear after a few minutes.',
    },
    releases: {
      title: 'Releases',
      emptyTitle: 'No versions found',
      emptyHelp:
        'Check that the workloads have the label `app.kubernetes.io/version`, or that the pipelines send events of their deployments to Dynatrace.',
    },
    'test-results': {
      title: 'Test results',
      emptyTitle: 'No test results found',
      emptyHelp:
        'Check that the pipelines send an event of software delivery for each test case to Dynatrace, with `event.type` `test` and the address of the repository.',
    },
    'release-validations': {
      title: 'Release validations',
      emptyTitle: 'No validations found',
      emptyHelp:
        'Check that a guardian has all the tags of the annotation, as `key:value`, and that a workflow runs it. A longer timeframe may show older validations.',
    },
    pipelines: {
      title: 'Pipelines',
      emptyTitle: 'No pipeline runs found',
      emptyHelp:
        'Check that the pipelines send events of software delivery to Dynatrace, and that these name the repository by its address.',
    },
    dora: {
      title: 'DORA metrics',
      emptyTitle: 'No deployments or changes found',
      emptyHelp:
        'Check that the pipelines send events of deployments and changes to Dynatrace, that these name the repository by its address, and deployments their stage.',
    },
    problems: {
      title: 'Problems',
      emptyTitle: 'No problems',
      emptyHelp:
        'Davis found no problem in this timeframe, and none is open. Problems are those that affect a workload or entity selected above.',
    },
    slos: {
      title: 'Service-level objectives',
      emptyTitle: 'No objectives found',
      emptyHelp:
        'Check that an objective of Dynatrace has all the tags of the annotation, as `key:value`.',
    },
    vulnerabilities: {
      title: 'Vulnerabilities',
      emptyTitle: 'No vulnerabilities',
      emptyHelp:
        'No open vulnerability is reported for the workloads and entities selected above. Only what Dynatrace monitors with application security is examined.',
    },
    'telemetry-coverage': {
      title: 'Telemetry coverage',
      emptyTitle: 'Nothing to look for',
      emptyHelp:
        'No workload was found, and none can be said to be missing: an environment did not tell its workloads.',
    },
    ownership: {
      title: 'Ownership',
      emptyTitle: 'No owner found',
      emptyHelp:
        'Check that the selector matches the labels of the workloads, and that these name a team of Dynatrace under a key such as `owner` or `dt.owner`.',
    },
    'management-zones': {
      title: 'Management zones',
      emptyTitle: 'No management zones found',
      emptyHelp:
        'Check that the selector matches the labels of the workloads, and that the environment has management zones.',
    },
  },
  column: {
    workload: 'Workload',
    cluster: 'Cluster',
    namespace: 'Namespace',
    version: 'Version',
    pods: 'Pods',
    problems: 'Problems',
    vulnerabilities: 'Vulnerabilities',
    logs: 'Logs',
    environment: 'Environment',
  },
  cell: {
    unknown: 'unknown',
    ready: '{{ready}} of {{desired}} ready',
    course: 'from {{lowest}} to {{highest}}, last {{last}}',
  },
  link: {
    newTab: '(opens in a new tab)',
  },
  card: {
    loading: 'Loading {{title}}',
    refresh: 'Refresh {{title}}',
    retry: 'Try again',
    environments: 'Environments',
    failedEnvironment: '{{name}} (failed)',
    updated: 'updated {{age}}',
    present: 'the present, whatever the timeframe',
    stale: 'updated {{age}}, being renewed',
  },
  view: {
    title: 'What the cards show',
    cards: 'Cards of Dynatrace',
    timeframe: 'Timeframe',
    ownTimeframe: 'As each card has it',
    last: 'Last {{duration}}',
    range: 'Own range',
    rangeFields: 'From and to, in your time zone',
    apply: 'Apply',
    environments: 'Environments',
    allEnvironments: 'All environments',
    moment:
      'The address of this page has `{{value}}` as `{{name}}`, which is not a time.',
    momentHelp:
      'Choose a timeframe above. In a link it is `now-7d`, or a time such as `2026-01-31T12:00:00Z`.',
    order: 'The timeframe of this page ends before it starts.',
    orderHelp: '`{{from}}` is not before `{{to}}`. Choose a timeframe above.',
    start:
      'The address of this page has the end of a timeframe, `{{to}}`, without its start.',
    startHelp: 'Choose a timeframe above.',
    resetTimeframe: 'Drop the timeframe',
    resetEnvironments: 'Show all environments',
  },
  table: {},
  rows: {
    download: 'Download {{title}} as CSV, all rows',
    search: 'Search {{title}}',
    searchPlaceholder: 'Search',
    noMatch: 'No row matches `{{search}}`.',
    range: '{{from}}–{{to}} of {{total}}',
    allColumns: 'All columns',
    allColumnsOf: 'All columns of {{title}}',
  },
  csv: {
    url: '{{title}} (URL)',
    desired: '{{title}} (desired)',
  },
  facts: {
    title: 'At a glance',
    tiles: 'At a glance, in more detail',
  },
  fact: {
    'not-ready': 'not ready',
    'partly-ready': 'partly ready',
    ready: 'ready',
    'readiness-unknown': 'unknown',
    'with-problems': 'with problems',
    'with-vulnerabilities': 'with vulnerabilities',
  },
  chart: {
    time: 'Time',
    values: 'Show values',
    valuesOf: 'Show values of {{title}}',
  },
  report: {
    title: 'Queries of {{title}}',
    failed: 'no answer',
    records_one: '{{count}} record',
    records_other: '{{count}} records',
    scanned: '{{bytes}} scanned',
    stored: 'stored answer, {{age}} old: nothing scanned again',
    stale: 'stored answer, {{age}} old: a newer one is being fetched',
    shared: 'asked once for several readers: nothing scanned again',
    notebook: 'Open query in Dynatrace',
    notebookOf: 'Open query {{query}} in Dynatrace',
    service: '{{service}}: {{subject}}',
  },
  notes: {
    title: 'Notes on {{title}}',
    info: 'Note',
    warning: 'Warning',
    error: 'Error',
  },
  form: {
    environment: 'Dynatrace environment',
    guardian: 'Guardian',
    dql: 'DQL',
    choose: 'Choose one',
    loading: 'Loading …',
    byHand: 'Write the name by hand: the list is not available.',
    finding: 'Line {{line}}, column {{column}}: {{what}}',
    findings: 'What is wrong with {{label}}',
    valid: 'No mistakes. Reads {{tables}}.',
    validWithoutTables: 'No mistakes.',
    fix: 'Use the repaired text',
  },
  empty: {
    searched: 'Searched {{environments}} for {{entity}}, selected by:',
    searchedPlain: 'Searched {{environments}} for {{entity}}.',
  },
  home: {
    group: 'Components of {{group}}',
    noGroup: 'You are in no group',
    noGroupHelp:
      'Here is the state of the components that your groups own. The catalog knows no group of yours.',
    noComponent: 'Your groups own no component',
    noComponentHelp:
      'A component belongs to the group that `spec.owner` names in its `catalog-info.yaml`.',
  },
  missingAnnotation: {
    title: 'This entity does not yet say where to look',
    one: 'Add the annotation to its `catalog-info.yaml`:',
    several: 'Add one of these annotations to its `catalog-info.yaml`:',
    or: 'or',
    none: 'An annotation is missing in its `catalog-info.yaml`.',
  },
  notConfigured: {
    title: 'No Dynatrace environment is configured',
    help: 'An administrator of Backstage adds one to `app-config.yaml`:',
  },
  failed: {
    title: 'No Dynatrace environment answered',
  },
  stale: {
    title: 'Could not refresh, last updated {{age}}',
  },
  unknownQuery: {
    title: 'There is no query `{{queryId}}`',
    known: 'Known queries:',
  },
  query: {
    catalogTitle: 'Queries of this entity',
    notAllowed:
      'Ask an administrator of Backstage to grant you the permission `dynatrace.query.catalog` for this entity.',
    emptyTitle: 'The query found nothing',
    emptyHelp:
      'Check its filters and its timeframe: without one of its own it reads that of the page, or else the last two hours.',
    noneTitle: 'This entity has no queries',
    noneHelp: 'Add them to its `catalog-info.yaml`:',
    malformed: 'This entry is no query',
    invalid: 'The query cannot be run',
    policy: 'The policy does not allow this query',
    source: 'Query {{title}}',
    place: 'Line {{line}}, column {{column}}',
  },
  problem: {
    missingScope: {
      title: 'The Dynatrace token lacks a permission',
    },
    forbidden: {
      title: 'Dynatrace refuses access',
    },
    notAllowed: {
      title: 'You may not see this card',
      help: 'Ask an administrator of Backstage to grant you the permission `dynatrace.card.read` for this entity.',
    },
    signedOut: {
      title: 'You are signed out',
      help: 'Sign in again, then try again.',
    },
    entityNotFound: {
      title: 'Backstage does not find this entity',
      help: 'It may have been removed, or you may not be allowed to see it.',
    },
    backendMissing: {
      title: 'The Dynatrace backend does not answer',
      help: 'An administrator of Backstage installs `@grailstage/backstage-plugin-dynatrace-backend` in the backend.',
    },
    unknownCard: {
      title: 'The backend does not know this card',
      help: 'Install the same version of the frontend and the backend plugin.',
    },
    unexpectedResponse: {
      title: 'The answer cannot be read',
      help: 'Check that no proxy answers in place of the backend, and that the frontend and the backend plugin have the same version.',
    },
    network: {
      title: 'Backstage cannot be reached',
      help: 'Check your network connection, then try again.',
    },
    unavailable: {
      title: 'The Dynatrace backend is not available',
      help: 'It may still be starting. Try again in a moment.',
    },
    annotation: {
      title: 'An annotation of this entity cannot be understood',
      help: 'Correct it in the `catalog-info.yaml` of the entity.',
    },
    configuration: {
      title: 'The configuration of Dynatrace is not usable',
      help: 'An administrator of Backstage corrects `dynatrace` in `app-config.yaml`.',
    },
    unknownEnvironment: {
      title: 'There is no such Dynatrace environment',
    },
    unknownQuery: {
      title: 'There is no such query',
    },
    queriesOff: {
      title: 'These queries are turned off',
    },
    notAskedHere: {
      title: 'The query is for other environments',
    },
    timeframeCut: {
      title: 'Not all of the timeframe is read',
    },
    unitNotApplied: {
      title: 'A unit is not applied',
    },
    linkNotAllowed: {
      title: 'A link is shown as text',
    },
    rateLimited: {
      title: 'Dynatrace asks to slow down',
      help: 'Try again in a minute.',
    },
    unreachable: {
      title: 'Dynatrace cannot be reached',
    },
    deadlineExceeded: {
      title: 'Dynatrace took too long',
    },
    invalidCredentials: {
      title: 'Dynatrace does not accept the credentials',
    },
    wrongAddress: {
      title: 'The configured address is not that of a Dynatrace environment',
    },
    query: {
      title: 'Dynatrace could not run the query',
    },
    upstream: {
      title: 'Dynatrace failed to answer',
    },
    truncated: {
      title: 'The answer is cut off',
      help: 'There is more than is shown. Narrow the selector of a card; end a query with `limit`, or sum up with `summarize`. An administrator can raise `limits` of the environment, and `dynatrace.policy.catalogQueries.limits` for queries of entities.',
    },
    notification: {
      title: 'Dynatrace remarks',
    },
    ownership: {
      title: 'The catalog and Dynatrace differ',
    },
    unreadableSettings: {
      title: 'A setting of Dynatrace cannot be read',
    },
    zonesAndGrail: {
      title: 'What management zones do',
    },
    objectivesLeftOut: { title: 'Not all objectives are evaluated' },
    noComponents: { title: 'There are no components' },
    onboarding: {
      title: 'Not in a management zone of its team',
    },
    other: {
      title: 'Something went wrong',
      help: 'Try again. If it stays, the log of the Backstage backend says more.',
    },
  },
} as const;

/**
 * The texts of the plugin in English and German, for translations and overrides.
 *
 * @public
 */
export const dynatraceTranslationRef = createTranslationRef({
  id: 'plugin.dynatrace',
  messages: dynatraceMessages,
  translations: { de: () => import('./translations/de') },
});
