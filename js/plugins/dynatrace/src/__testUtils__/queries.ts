import { EntityQueryAnswer } from '@grailstage/backstage-plugin-dynatrace-common';

/** A query of an entity that the policy does not allow. */
export const refusedQuery: EntityQueryAnswer = {
  id: 'catalog.visitors',
  refusal: {
    code: 'policy',
    message: 'the policy of this Backstage does not allow the query',
    help: 'change the query, or ask an administrator to change `dynatrace.policy`',
    source: 'fetch logs\n| append [fetch user.sessions]\n',
    findings: [
      {
        code: 'TABLE_NOT_ALLOWED',
        severity: 'error',
        message: 'the table `user.sessions` may not be read',
        help: 'allowed are `logs` and `spans`',
        start: { line: 2, column: 17 },
        end: { line: 2, column: 30 },
        span: { start: 27, end: 40 },
      },
    ],
  },
};
