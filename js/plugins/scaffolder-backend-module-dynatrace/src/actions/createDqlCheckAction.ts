import { InputError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { inspectDql } from '@grailstage/core';
import { toActionError } from '../service/toActionError';
import { examples } from './createDqlCheckAction.examples';

/**
 * Creates the action `dynatrace:dql:check`, which looks for mistakes in a DQL query without running it.
 *
 * @public
 */
export function createDqlCheckAction() {
  return createTemplateAction({
    id: 'dynatrace:dql:check',
    description:
      'Checks a DQL query without running it: syntax, names, types, and what it reads',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        query: z => z.string().min(1).describe('The DQL'),
        dialect: z =>
          z
            .enum(['query', 'snippet', 'template'])
            .optional()
            .describe(
              'How the text is read: a whole `query`, a `snippet` of a pipeline, or a `template` with ${placeholders}; default `query`',
            ),
        lints: z =>
          z
            .boolean()
            .optional()
            .describe(
              'Whether habits that cost are reported, too; default false',
            ),
        failOnError: z =>
          z
            .boolean()
            .optional()
            .describe('Whether a mistake fails the step; default true'),
      },
      output: {
        valid: z => z.boolean().describe('Whether there is no mistake'),
        diagnostics: z =>
          z
            .array(
              z.object({
                code: z.string(),
                severity: z.enum(['error', 'warning', 'hint']),
                message: z.string(),
                help: z.string().optional(),
                line: z.number(),
                column: z.number(),
                fixed: z.string().optional(),
              }),
            )
            .describe(
              'What was found, in the order of the text; `fixed` is the whole text repaired',
            ),
        tables: z =>
          z
            .array(z.string())
            .describe('The tables it reads; none where it is not valid'),
        scopes: z =>
          z
            .array(z.string())
            .describe(
              'The permissions of Dynatrace it takes; none where it is not valid',
            ),
      },
    },
    async handler(ctx) {
      const { query, dialect, lints, failOnError = true } = ctx.input;
      const inspection = inspect({ query, dialect, lints });
      const { valid, findings, tables, scopes, drawings } = inspection;
      for (const { error, text } of drawings) {
        if (error) {
          ctx.logger.error(text);
        } else {
          ctx.logger.warn(text);
        }
      }
      const errors = drawings.filter(({ error }) => error);
      if (!valid && failOnError) {
        throw new InputError(
          `the DQL has ${errors.length === 1 ? 'a mistake' : `${errors.length} mistakes`}:\n${errors
            .map(({ text }) => text)
            .join('\n')}`,
        );
      }
      if (valid) {
        ctx.logger.info(
          `The DQL is valid; it reads ${tables.join(', ') || 'no table'}`,
        );
      }
      ctx.output('valid', valid);
      ctx.output(
        'diagnostics',
        findings.map(({ code, severity, message, help, start, fixed }) => ({
          code,
          severity,
          message,
          ...(help && { help }),
          line: start.line,
          column: start.column,
          ...(fixed !== undefined && { fixed }),
        })),
      );
      ctx.output('tables', tables);
      ctx.output('scopes', scopes);
    },
  });
}

function inspect(request: Parameters<typeof inspectDql>[0]) {
  try {
    return inspectDql(request);
  } catch (error) {
    throw toActionError(error);
  }
}
