import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { planTelemetry } from '@grailstage/core';
import { telemetryInput } from '../schema/telemetryInput';
import { withCore } from '../service/withCore';
import { examples } from './createTelemetryPlanAction.examples';

/**
 * Creates the action `dynatrace:telemetry:plan`, which says how the telemetry of a service gets into Dynatrace.
 *
 * @public
 */
export function createTelemetryPlanAction() {
  return createTemplateAction({
    id: 'dynatrace:telemetry:plan',
    description:
      'Says for logs, metrics and traces of a service which way into Dynatrace is right and why, with sources',
    examples,
    supportsDryRun: true,
    schema: {
      input: telemetryInput,
      output: {
        plan: z =>
          z
            .record(z.unknown())
            .describe(
              'The plan: `signals` with `route`, `reasons`, `needs` and `alternatives`, `wiring` for the repository, and `sources`',
            ),
        logs: z => z.string().describe('The way of logs'),
        metrics: z => z.string().describe('The way of metrics'),
        traces: z =>
          z
            .string()
            .describe(
              'The way of traces: `one-agent`, `prometheus`, `otlp-direct` or `otlp-collector`',
            ),
        markdown: z => z.string().describe('The plan for people'),
      },
    },
    async handler(ctx) {
      // Nothing is asked and nothing written, so that a dry run is a run.
      const plan = withCore(() => planTelemetry(ctx.input));
      for (const { signal, route, reasons } of plan.signals) {
        ctx.logger.info(`${signal}: ${route}: ${reasons[0].text}`);
        ctx.output(signal, route);
      }
      ctx.output('plan', { ...plan });
      ctx.output('markdown', plan.markdown);
    },
  });
}
