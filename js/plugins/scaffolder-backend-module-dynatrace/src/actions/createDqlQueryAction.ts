import { AuditorService } from '@backstage/backend-plugin-api';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { auditQuery } from '../service/auditQuery';
import { DynatraceEnvironments } from '../service/DynatraceEnvironments';
import { examples } from './createDqlQueryAction.examples';

/**
 * Creates the action `dynatrace:dql:query`, which runs a DQL query and hands its records to the next steps.
 *
 * @public
 */
export function createDqlQueryAction(options: {
  auditor: AuditorService;
  environments: DynatraceEnvironments;
}) {
  const { auditor, environments } = options;
  return createTemplateAction({
    id: 'dynatrace:dql:query',
    description: 'Runs a DQL query in a Dynatrace environment',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        query: z => z.string().min(1).describe('The DQL'),
        environment: z =>
          z
            .string()
            .min(1)
            .optional()
            .describe(
              'Name of the environment; may be left out where only one is configured',
            ),
        from: z =>
          z
            .string()
            .datetime({ offset: true })
            .optional()
            .describe(
              'Start of the timeframe in ISO 8601; a timeframe in the query wins',
            ),
        to: z =>
          z
            .string()
            .datetime({ offset: true })
            .optional()
            .describe('End of the timeframe in ISO 8601'),
        maxRecords: z =>
          z
            .number()
            .int()
            .positive()
            .optional()
            .describe(
              'Most records in the result; the limit of the environment where absent',
            ),
      },
      output: {
        rows: z =>
          z
            .array(z.record(z.unknown()))
            .describe(
              'The records; longs and durations are texts, as Dynatrace writes them',
            ),
        columns: z =>
          z
            .array(z.object({ name: z.string(), type: z.string() }))
            .describe('The fields of the records, in order'),
        count: z => z.number().describe('How many records there are'),
        scannedBytes: z =>
          z.number().describe('How many bytes Dynatrace read for them'),
        notebookUrl: z =>
          z
            .string()
            .optional()
            .describe('Opens the query in a Dynatrace notebook'),
        notes: z =>
          z
            .array(
              z.object({
                severity: z.enum(['info', 'warning', 'error']),
                code: z.string(),
                message: z.string(),
                help: z.string().optional(),
                environment: z.string().optional(),
              }),
            )
            .describe('What to know about the result'),
      },
    },
    async handler(ctx) {
      const { query, environment, from, to, maxRecords } = ctx.input;
      const request = { query, environment, from, to, maxRecords };
      if (ctx.isDryRun) {
        await environments.check(request);
        ctx.logger.info('Dry run: the query was not sent to Dynatrace');
        ctx.output('rows', []);
        ctx.output('columns', []);
        ctx.output('count', 0);
        ctx.output('scannedBytes', 0);
        ctx.output('notes', []);
        return;
      }

      const answer = await auditQuery(
        auditor,
        { query, taskId: ctx.task.id, user: ctx.user?.ref },
        () => environments.query(request, { signal: ctx.signal }),
      );
      ctx.logger.info(
        `Dynatrace environment '${answer.environment}' answered with ${answer.rows.length} records, ${answer.scannedBytes} bytes scanned: ${answer.notebookUrl}`,
      );
      for (const note of answer.notes) {
        const text = [note.message, note.help].filter(Boolean).join('; ');
        if (note.severity === 'info') {
          ctx.logger.info(text);
        } else {
          ctx.logger.warn(text);
        }
      }
      ctx.output(
        'rows',
        answer.rows.map(row =>
          Object.fromEntries(
            answer.columns.map(({ name }, index) => [name, row[index]]),
          ),
        ),
      );
      ctx.output('columns', answer.columns);
      ctx.output('count', answer.rows.length);
      ctx.output('scannedBytes', answer.scannedBytes);
      ctx.output('notebookUrl', answer.notebookUrl);
      ctx.output('notes', answer.notes);
    },
  });
}
