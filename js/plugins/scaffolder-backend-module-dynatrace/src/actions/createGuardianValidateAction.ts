import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { DynatraceEnvironments } from '../service/DynatraceEnvironments';
import { DynatraceWrites } from '../service/DynatraceWrites';
import { examples } from './createGuardianValidateAction.examples';

/**
 * Creates the action `dynatrace:guardian:validate`, which asks a Site Reliability Guardian to validate, and waits for its
 * verdict.
 *
 * @public
 */
export function createGuardianValidateAction(options: {
  environments: DynatraceEnvironments;
  writes: DynatraceWrites;
}) {
  const { environments, writes } = options;
  return createTemplateAction({
    id: 'dynatrace:guardian:validate',
    description:
      'Asks a Site Reliability Guardian to validate, waits for its verdict, and fails on chosen ones',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        environment: z =>
          z
            .string()
            .min(1)
            .optional()
            .describe(
              'Name of the environment; may be left out where only one is configured',
            ),
        guardian: z => z.string().min(1).describe('Id or name of the guardian'),
        workflow: z =>
          z
            .string()
            .min(1)
            .optional()
            .describe(
              'Id of a workflow to run; where absent, an event is sent that the workflow of the guardian listens to',
            ),
        from: z =>
          z
            .string()
            .datetime({ offset: true })
            .optional()
            .describe(
              'Start of what is validated, in ISO 8601; where absent, the workflow decides',
            ),
        to: z =>
          z
            .string()
            .datetime({ offset: true })
            .optional()
            .describe('End of what is validated, in ISO 8601'),
        version: z =>
          z.string().optional().describe('The version that is validated'),
        buildId: z =>
          z.string().optional().describe('The build that is validated'),
        timeoutSeconds: z =>
          z
            .number()
            .int()
            .min(1)
            .max(14400)
            .optional()
            .describe('How long to wait for the verdict; default 900'),
        failOn: z =>
          z
            .array(
              z.enum(['pass', 'warning', 'fail', 'error', 'info', 'timeout']),
            )
            .optional()
            .describe(
              'The verdicts that fail the step; default `fail`, `error` and `timeout`',
            ),
      },
      output: {
        verdict: z =>
          z
            .enum([
              'pass',
              'warning',
              'fail',
              'error',
              'info',
              'timeout',
              'dry-run',
            ])
            .describe(
              'What the guardian says, or that it did not say anything in time',
            ),
        guardianId: z => z.string().describe('Id of the guardian'),
        validationId: z =>
          z.string().optional().describe('Id of the validation, once it began'),
        url: z =>
          z
            .string()
            .optional()
            .describe('Opens the validation, or else the guardian'),
        objectives: z =>
          z
            .array(
              z.object({
                name: z.string(),
                result: z.string().optional(),
                value: z.number().optional(),
                target: z.number().optional(),
                warning: z.number().optional(),
                comparison: z.string().optional(),
              }),
            )
            .describe('What became of each objective'),
        markdown: z =>
          z
            .string()
            .describe(
              'The verdict with a table of the objectives, in Markdown',
            ),
      },
    },
    async handler(ctx) {
      const {
        timeoutSeconds,
        failOn = ['fail', 'error', 'timeout'],
        ...request
      } = ctx.input;
      if (ctx.isDryRun) {
        await writes.authorize('validation', ctx);
        const { guardianId, guardianName, url } =
          await environments.startValidation(
            { ...request, id: 'dry-run', dryRun: true },
            { signal: ctx.signal },
          );
        ctx.logger.info(
          `Dry run: the guardian '${guardianName}' was not asked to validate`,
        );
        ctx.output('verdict', 'dry-run');
        ctx.output('guardianId', guardianId);
        ctx.output('url', url);
        ctx.output('objectives', []);
        ctx.output('markdown', '');
        return;
      }

      const started = await writes.write(
        {
          kind: 'validation',
          key: 'start',
          meta: {
            guardian: request.guardian,
            ...(request.workflow && { workflow: request.workflow }),
            ...(request.environment && { environment: request.environment }),
          },
        },
        ctx,
        async ({ id, startedAt, resumed }) => ({
          ...(await environments.startValidation(
            { ...request, id, ...(resumed && { attemptedSince: startedAt }) },
            { signal: ctx.signal },
          )),
        }),
      );
      ctx.logger.info(
        `The guardian '${started.guardianName}' was asked to validate: ${started.url}`,
      );
      const answer = await environments.awaitValidation(
        { started, timeoutSeconds },
        { signal: ctx.signal },
      );
      ctx.logger.info(answer.markdown);
      ctx.output('verdict', answer.verdict);
      ctx.output('guardianId', started.guardianId);
      ctx.output('validationId', answer.validationId);
      ctx.output('url', answer.url);
      ctx.output('objectives', answer.objectives);
      ctx.output('markdown', answer.markdown);
      if (failOn.includes(answer.verdict)) {
        const reason = answer.reason ? `: ${answer.reason}` : '';
        throw new Error(
          `the verdict of the guardian '${started.guardianName}' is '${answer.verdict}'${reason}; see ${answer.url}`,
        );
      }
    },
  });
}
