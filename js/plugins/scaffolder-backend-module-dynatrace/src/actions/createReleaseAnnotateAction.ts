import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { releaseMetadata } from '@grailstage/core';
import { withCore } from '../service/withCore';
import { annotateWorkloads } from '../workspace/annotateWorkloads';
import { reportAnnotated } from '../workspace/reportAnnotated';
import { WorkspaceFiles } from '../workspace/WorkspaceFiles';
import { examples } from './createReleaseAnnotateAction.examples';

/**
 * Creates the action `dynatrace:release:annotate`, which says in the manifests of a workspace which release they are.
 *
 * @public
 */
export function createReleaseAnnotateAction() {
  return createTemplateAction({
    id: 'dynatrace:release:annotate',
    description:
      'Writes version, stage and product, as Dynatrace reads them from pods, into Kubernetes manifests, Helm values and kustomizations',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        paths: z =>
          z
            .array(z.string().min(1))
            .min(1)
            .optional()
            .describe(
              'Files and folders of the workspace; the whole workspace where absent. A file that is named has to be one that can be changed',
            ),
        version: z =>
          z
            .string()
            .min(1)
            .optional()
            .describe('The version, for the label `app.kubernetes.io/version`'),
        stage: z =>
          z
            .string()
            .min(1)
            .optional()
            .describe(
              'The stage, such as `production`, for the label `dynatrace-release-stage`',
            ),
        product: z =>
          z
            .string()
            .min(1)
            .optional()
            .describe('The product, for the label `app.kubernetes.io/part-of`'),
        helmPaths: z =>
          z
            .array(z.string().min(1))
            .min(1)
            .optional()
            .describe(
              'The maps of Helm values that become labels of pods, such as `server.podLabels`; `podLabels` where absent and there',
            ),
      },
      output: {
        files: z =>
          z
            .array(z.object({ path: z.string(), set: z.array(z.string()) }))
            .describe(
              'The files that concern workloads, and what was set in each',
            ),
        left: z =>
          z
            .array(z.object({ path: z.string(), reason: z.string() }))
            .describe('The files that were left as they are, and why'),
        changed: z =>
          z.number().describe('How many files were changed, or would be'),
      },
    },
    async handler(ctx) {
      const { paths = ['.'], version, stage, product, helmPaths } = ctx.input;
      const { entries } = withCore(() =>
        releaseMetadata({ version, stage, product }),
      );
      const isDryRun = ctx.isDryRun ?? false;
      const files = new WorkspaceFiles(ctx.workspacePath, { isDryRun });
      const annotated = annotateWorkloads(files, {
        paths,
        entries,
        reach: 'pods',
        helmPaths,
      });
      reportAnnotated(annotated, { logger: ctx.logger, isDryRun });
      ctx.output('files', annotated.files);
      ctx.output('left', annotated.left);
      ctx.output('changed', files.changed.size);
    },
  });
}
