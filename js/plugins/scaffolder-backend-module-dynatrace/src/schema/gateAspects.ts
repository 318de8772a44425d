import type { z as zod } from 'zod/v3';

type Zod = typeof zod;

const results = ['pass', 'warning', 'fail', 'error', 'info'] as const;
const severities = ['error', 'warning', 'quiet'] as const;

/**
 * What a gate looks at, each with its bounds.
 */
export function gateAspects(z: Zod) {
  const bounds = () =>
    z
      .object({ warning: z.number().optional(), fail: z.number().optional() })
      .strict()
      .optional();
  return z
    .object({
      tests: z
        .object({
          failing: bounds().describe(
            'How many cases may fail; default `{ fail: 0 }`',
          ),
          flaky: bounds().describe(
            'How many may be flaky; default `{ warning: 0 }`',
          ),
          passRate: bounds().describe(
            'How many percent of the executions have to pass; default any',
          ),
        })
        .strict()
        .optional(),
      validations: z
        .object({
          warning: z
            .array(z.enum(results))
            .optional()
            .describe('The results that warn; default `warning`'),
          fail: z
            .array(z.enum(results))
            .optional()
            .describe('The results that fail; default `fail` and `error`'),
        })
        .strict()
        .optional(),
      objectives: z
        .object({
          budgetLeft: bounds().describe(
            'How many percent of an error budget have to be left, and more; default `{ fail: 0 }`',
          ),
          burnRate: bounds().describe(
            'From which burn rate of the last hour on; default `{ warning: 10 }`',
          ),
        })
        .strict()
        .optional(),
      vulnerabilities: z
        .object({
          score: bounds().describe(
            'From which risk score on; default `{ warning: 7, fail: 9 }`',
          ),
          exposedOnly: z
            .boolean()
            .optional()
            .describe(
              'Whether only those count that the public network reaches; default false',
            ),
        })
        .strict()
        .optional(),
      problems: z
        .object({
          warning: z
            .array(z.enum(severities))
            .optional()
            .describe('The severities that warn; default `warning`'),
          fail: z
            .array(z.enum(severities))
            .optional()
            .describe('The severities that fail; default `error`'),
        })
        .strict()
        .optional(),
    })
    .strict()
    .optional()
    .describe(
      'What is looked at, each with its bounds: `tests`, `validations`, `objectives`, `vulnerabilities`, `problems`; where absent, all that the component has annotations for',
    );
}
