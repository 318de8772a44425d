import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { planTelemetry } from '@grailstage/core';
import { telemetryInput } from '../schema/telemetryInput';
import { withCore } from '../service/withCore';
import { applyWiring } from '../workspace/applyWiring';
import { WorkspaceFiles } from '../workspace/WorkspaceFiles';
import { examples } from './createTelemetryApplyAction.examples';

/**
 * Creates the action `dynatrace:telemetry:apply`, which writes what a plan of telemetry needs into a workspace.
 *
 * @public
 */
export function createTelemetryApplyAction() {
  return createTemplateAction({
    id: 'dynatrace:telemetry:apply',
    description:
      'Writes what `dynatrace:telemetry:plan` plans into the workspace: annotations and environment of pods, dependencies, the configuration of a collector',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        ...telemetryInput,
        manifests: z =>
          z
            .array(z.string().min(1))
            .optional()
            .describe(
              'Files and folders with the Kubernetes manifests; the whole workspace where absent',
            ),
        dependencies: z =>
          z
            .string()
            .optional()
            .describe(
              'The file that names the dependencies; where absent, `requirements.txt` or `package.json` at the top of the workspace',
            ),
        collectorConfig: z =>
          z
            .string()
            .optional()
            .describe(
              'The file for the configuration of a collector; default `otel-collector.yaml`. One that is there is not overwritten',
            ),
        planFile: z =>
          z
            .string()
            .optional()
            .describe('A Markdown file for the plan; none where absent'),
      },
      output: {
        files: z =>
          z
            .array(z.object({ path: z.string(), set: z.array(z.string()) }))
            .describe('The files that were changed, or would be, and how'),
        changed: z =>
          z.number().describe('How many files were changed, or would be'),
        steps: z =>
          z.array(z.string()).describe('What is left to be done by hand'),
        markdown: z => z.string().describe('The plan for people'),
      },
    },
    async handler(ctx) {
      const { manifests, dependencies, collectorConfig, planFile, ...request } =
        ctx.input;
      const plan = withCore(() => planTelemetry(request));
      const isDryRun = ctx.isDryRun ?? false;
      const files = new WorkspaceFiles(ctx.workspacePath, { isDryRun });
      const applied = applyWiring(files, plan, {
        manifests,
        dependencies,
        collectorConfig,
        planFile,
      });
      for (const { path, set } of applied.files) {
        ctx.logger.info(
          `${isDryRun ? 'Dry run: ' : ''}${path}: ${set.join(', ')}`,
        );
      }
      if (applied.files.length === 0) {
        ctx.logger.info('The workspace has all that the plan needs');
      }
      for (const step of applied.steps) {
        ctx.logger.warn(`Left to do: ${step}`);
      }
      ctx.output('files', applied.files);
      ctx.output('changed', files.changed.size);
      ctx.output('steps', applied.steps);
      ctx.output('markdown', plan.markdown);
    },
  });
}
