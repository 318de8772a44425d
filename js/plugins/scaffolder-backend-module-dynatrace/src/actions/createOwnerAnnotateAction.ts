import { CatalogService } from '@backstage/plugin-catalog-node';
import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { InputError, NotFoundError } from '@backstage/errors';
import {
  ActionContext,
  createTemplateAction,
} from '@backstage/plugin-scaffolder-node';
import { ownerMetadata } from '@grailstage/core';
import { withCore } from '../service/withCore';
import { annotateWorkloads } from '../workspace/annotateWorkloads';
import { reportAnnotated } from '../workspace/reportAnnotated';
import { WorkspaceFiles } from '../workspace/WorkspaceFiles';
import { examples } from './createOwnerAnnotateAction.examples';

/** The identifier a group has or shall have as a team in Dynatrace. */
const teamIdentifier = 'dynatrace.com/team-identifier';

/**
 * Creates the action `dynatrace:owner:annotate`, which says in the manifests of a workspace whose they are.
 *
 * @public
 */
export function createOwnerAnnotateAction(options: {
  catalog: CatalogService;
}) {
  const { catalog } = options;
  return createTemplateAction({
    id: 'dynatrace:owner:annotate',
    description:
      'Writes the owning team, as Dynatrace reads it, into Kubernetes manifests, Helm values and kustomizations',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        owner: z =>
          z
            .string()
            .min(1)
            .describe(
              'The identifier of the team in Dynatrace, or the reference of its group in the catalog, such as `group:default/team-a`',
            ),
        paths: z =>
          z
            .array(z.string().min(1))
            .min(1)
            .optional()
            .describe(
              'Files and folders of the workspace; the whole workspace where absent. A file that is named has to be one that can be changed',
            ),
        key: z =>
          z
            .string()
            .min(1)
            .optional()
            .describe(
              'The key; default `dt.owner`. Dynatrace reads those that begin as its ownership keys do: `owner`, `dt.owner`',
            ),
        as: z =>
          z
            .enum(['label', 'annotation'])
            .optional()
            .describe(
              'Whether it is a label or an annotation; default `label`',
            ),
        helmPaths: z =>
          z
            .array(z.string().min(1))
            .min(1)
            .optional()
            .describe(
              'The maps of Helm values that become labels or annotations; where absent, `commonLabels` and `podLabels`, or `commonAnnotations` and `podAnnotations`, as far as they are there',
            ),
      },
      output: {
        owner: z => z.string().describe('The identifier that was written'),
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
      const { paths = ['.'], key, as: kind, helmPaths } = ctx.input;
      const owner = await identifierOf(ctx.input.owner, catalog, ctx);
      const { entries, remarks } = withCore(() =>
        ownerMetadata({ owner, key, kind }),
      );
      remarks.forEach(remark => ctx.logger.warn(remark));
      const isDryRun = ctx.isDryRun ?? false;
      const files = new WorkspaceFiles(ctx.workspacePath, { isDryRun });
      const annotated = annotateWorkloads(files, {
        paths,
        entries,
        reach: 'objects',
        helmPaths,
      });
      reportAnnotated(annotated, { logger: ctx.logger, isDryRun });
      ctx.output('owner', owner);
      ctx.output('files', annotated.files);
      ctx.output('left', annotated.left);
      ctx.output('changed', files.changed.size);
    },
  });
}

/** What Dynatrace calls an owner: a reference is looked up, as the user who runs the template sees the catalog. */
async function identifierOf(
  owner: string,
  catalog: CatalogService,
  ctx: Pick<ActionContext<any>, 'getInitiatorCredentials'>,
): Promise<string> {
  if (!/[:/]/.test(owner)) {
    return owner;
  }
  const reference = stringifyEntityRef(
    parseEntityRef(owner, { defaultKind: 'group' }),
  );
  const entity = await catalog.getEntityByRef(reference, {
    credentials: await ctx.getInitiatorCredentials(),
  });
  if (!entity) {
    throw new NotFoundError(
      `the catalog has no ${reference}, or you may not see it; give the identifier of the team in Dynatrace instead`,
    );
  }
  if (entity.kind.toLocaleLowerCase('en-US') !== 'group') {
    throw new InputError(
      `${reference} is no group: in Dynatrace the owner of a workload is a team`,
    );
  }
  return (
    entity.metadata.annotations?.[teamIdentifier]?.trim() ||
    entity.metadata.name
  );
}
