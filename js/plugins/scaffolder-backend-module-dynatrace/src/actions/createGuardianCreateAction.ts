import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { GuardianCreateAnswer } from '@grailstage/backstage-plugin-dynatrace-common';
import { DynatraceEnvironments } from '../service/DynatraceEnvironments';
import { DynatraceWrites } from '../service/DynatraceWrites';
import { examples } from './createGuardianCreateAction.examples';

/**
 * Creates the action `dynatrace:guardian:create`, which makes a Site Reliability Guardian for a workload, or brings it up
 * to date.
 *
 * @public
 */
export function createGuardianCreateAction(options: {
  environments: DynatraceEnvironments;
  writes: DynatraceWrites;
}) {
  const { environments, writes } = options;
  return createTemplateAction({
    id: 'dynatrace:guardian:create',
    description:
      'Makes a Site Reliability Guardian with objectives by technology and criticality, or brings it up to date',
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
        name: z => z.string().min(1).describe('Name of the guardian'),
        externalId: z =>
          z
            .string()
            .min(1)
            .optional()
            .describe(
              'By what it is found again; made from its name if absent',
            ),
        description: z => z.string().optional().describe('What it is for'),
        business: z =>
          z
            .boolean()
            .optional()
            .describe(
              'Whether it is one of the business, and not of the lifecycle; default false',
            ),
        tags: z =>
          z
            .record(z.string())
            .optional()
            .describe(
              'Tags by which cards and events find it, such as `stage: production`',
            ),
        technology: z =>
          z
            .enum(['web-service', 'worker'])
            .optional()
            .describe('Whose objectives it gets'),
        criticality: z =>
          z
            .enum(['high', 'medium', 'low'])
            .optional()
            .describe('How strict they are; default `medium`'),
        workload: z =>
          z
            .object({
              cluster: z.string().min(1).describe('Its cluster'),
              namespace: z.string().min(1).describe('Its namespace'),
              name: z.string().min(1).describe('Its name'),
            })
            .strict()
            .optional()
            .describe('The Kubernetes workload they measure'),
        thresholds: z =>
          z
            .record(
              z.object({ warning: z.number(), target: z.number() }).strict(),
            )
            .optional()
            .describe(
              'Other thresholds, by objective: `error-rate`, `response-time`, `error-logs`, `cpu`, `memory`',
            ),
        objectives: z =>
          z
            .array(
              z
                .object({
                  name: z.string().min(1).describe('Its name'),
                  query: z
                    .string()
                    .min(1)
                    .describe('DQL whose first number is the value'),
                  atLeast: z
                    .boolean()
                    .optional()
                    .describe(
                      'Whether the value shall be at least the target, and not at most',
                    ),
                  target: z.number().describe('Beyond it, it fails'),
                  warning: z
                    .number()
                    .optional()
                    .describe('Beyond it, it warns'),
                })
                .strict(),
            )
            .optional()
            .describe('More objectives'),
        slos: z =>
          z
            .array(
              z
                .object({
                  name: z.string().min(1).describe('Its name'),
                  reference: z
                    .string()
                    .min(1)
                    .describe(
                      'Its metric, such as `func:slo.cart_availability`',
                    ),
                  target: z.number().describe('Below it, it fails; in percent'),
                  warning: z.number().optional().describe('Below it, it warns'),
                })
                .strict(),
            )
            .optional()
            .describe('Service-level objectives to be kept'),
      },
      output: {
        guardianId: z =>
          z.string().optional().describe('Its id, once it is there'),
        externalId: z => z.string().describe('By what it is found again'),
        outcome: z =>
          z
            .enum(['created', 'updated', 'unchanged'])
            .describe('What became of it, or in a dry run would'),
        url: z => z.string().optional().describe('Opens it in Dynatrace'),
        objectives: z =>
          z
            .array(
              z.object({
                name: z.string(),
                target: z.number().optional(),
                warning: z.number().optional(),
              }),
            )
            .describe('What it measures'),
      },
    },
    async handler(ctx) {
      const request = ctx.input;
      const signal = ctx.signal;
      let answer: GuardianCreateAnswer;
      if (ctx.isDryRun) {
        await writes.authorize('guardian', ctx);
        answer = await environments.createGuardian(
          { ...request, dryRun: true },
          { signal },
        );
        ctx.logger.info(
          `Dry run: the guardian '${request.name}' would be ${answer.outcome}`,
        );
      } else {
        answer = await writes.write(
          {
            kind: 'guardian',
            key: 'create',
            meta: {
              guardian: request.name,
              ...(request.environment && { environment: request.environment }),
            },
          },
          ctx,
          async () => ({
            ...(await environments.createGuardian(request, { signal })),
          }),
        );
        ctx.logger.info(
          `The guardian '${request.name}' is ${answer.outcome}: ${answer.url}`,
        );
      }
      ctx.output('guardianId', answer.guardianId);
      ctx.output('externalId', answer.externalId);
      ctx.output('outcome', answer.outcome);
      ctx.output('url', answer.url);
      ctx.output('objectives', answer.objectives);
    },
  });
}
