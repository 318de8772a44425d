import { PermissionsService } from '@backstage/backend-plugin-api';
import {
  Entity,
  parseEntityRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { InputError, NotAllowedError, NotFoundError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  ActionContext,
  createTemplateAction,
} from '@backstage/plugin-scaffolder-node';
import { dynatraceCardReadPermission } from '@grailstage/backstage-plugin-dynatrace-common';
import { gateAspects } from '../schema/gateAspects';
import { DynatraceEnvironments } from '../service/DynatraceEnvironments';
import { examples } from './createReleaseGateAction.examples';

/** Kinds that have no workloads of their own: a gate is asked about one component. */
const groupings = ['system', 'domain', 'group'];

/**
 * Creates the action `dynatrace:release:gate`, which says in one verdict whether a release may go on.
 *
 * @public
 */
export function createReleaseGateAction(options: {
  catalog: CatalogService;
  environments: DynatraceEnvironments;
  permissions: PermissionsService;
}) {
  const { catalog, environments, permissions } = options;
  return createTemplateAction({
    id: 'dynatrace:release:gate',
    description:
      'Judges a release by its tests, validations, error budgets, vulnerabilities and problems, in one verdict with reasons',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        entity: z =>
          z
            .string()
            .min(1)
            .optional()
            .describe(
              'The reference of the component in the catalog, such as `component:default/cart`',
            ),
        annotations: z =>
          z
            .record(z.string())
            .optional()
            .describe('The annotations of a component, in place of `entity`'),
        environments: z =>
          z
            .array(z.string().min(1))
            .optional()
            .describe('Names of the environments; all where absent'),
        version: z =>
          z
            .string()
            .optional()
            .describe(
              'The version; tests and validations of others do not count',
            ),
        revision: z =>
          z
            .string()
            .optional()
            .describe(
              'The revision of its code; tests of it count, whatever version they name',
            ),
        stage: z =>
          z
            .string()
            .optional()
            .describe('The stage; tests and guardians of others do not count'),
        since: z =>
          z
            .string()
            .datetime({ offset: true })
            .optional()
            .describe(
              'Since when tests and validations count, in ISO 8601; the last 14 days where absent',
            ),
        aspects: gateAspects,
        missing: z =>
          z
            .enum(['pass', 'warning', 'fail'])
            .optional()
            .describe(
              'What it means that something cannot be seen: no test ran, no guardian validated, an environment does not answer; default `fail`',
            ),
        failOn: z =>
          z
            .array(z.enum(['pass', 'warning', 'fail']))
            .optional()
            .describe('The verdicts that fail the step; default `fail`'),
      },
      output: {
        verdict: z =>
          z
            .enum(['pass', 'warning', 'fail'])
            .describe('The worst verdict of all aspects'),
        aspects: z =>
          z
            .array(
              z.object({
                aspect: z.string(),
                verdict: z.enum(['pass', 'warning', 'fail']),
                summary: z.string(),
                reasons: z.array(
                  z.object({
                    verdict: z.enum(['pass', 'warning', 'fail']),
                    text: z.string(),
                    url: z.string().optional(),
                    environment: z.string().optional(),
                  }),
                ),
                url: z.string().optional(),
              }),
            )
            .describe('What was looked at, each with its reasons'),
        leftOut: z =>
          z
            .array(
              z.object({
                aspect: z.string(),
                annotations: z.array(z.string()),
              }),
            )
            .describe(
              'What was not looked at, and the annotations that would change that',
            ),
        markdown: z =>
          z.string().describe('The verdict with all reasons, in Markdown'),
      },
    },
    async handler(ctx) {
      const { entity: reference, failOn = ['fail'], ...request } = ctx.input;
      if ((reference === undefined) === (request.annotations === undefined)) {
        throw new InputError('give `entity` or `annotations`, and not both');
      }
      const entity =
        reference === undefined
          ? undefined
          : await permittedEntity(reference, { catalog, permissions, ctx });
      // Nothing is written: a dry run says what a run would say.
      const gate = await environments.gateRelease(
        { ...request, ...(entity && { entity }) },
        { signal: ctx.signal },
      );
      ctx.logger.info(gate.markdown);
      for (const { aspect, annotations } of gate.leftOut) {
        ctx.logger.info(
          `Not looked at: ${aspect}; the entity has none of ${annotations.join(', ')}`,
        );
      }
      ctx.output('verdict', gate.verdict);
      ctx.output('aspects', gate.aspects);
      ctx.output('leftOut', gate.leftOut);
      ctx.output('markdown', gate.markdown);
      if (failOn.includes(gate.verdict)) {
        const reasons = gate.aspects
          .filter(({ verdict }) => verdict === gate.verdict)
          .map(({ aspect, summary }) => `${aspect}: ${summary}`);
        throw new Error(
          `the verdict about the release is '${gate.verdict}': ${reasons.join('; ')}`,
        );
      }
    },
  });
}

/** The entity as whoever runs the template sees the catalog, if they may see its cards: the gate tells what these tell. */
async function permittedEntity(
  text: string,
  options: {
    catalog: CatalogService;
    permissions: PermissionsService;
    ctx: Pick<ActionContext<any>, 'getInitiatorCredentials'>;
  },
): Promise<Entity> {
  const { catalog, permissions, ctx } = options;
  const credentials = await ctx.getInitiatorCredentials();
  const reference = stringifyEntityRef(
    parseEntityRef(text, { defaultKind: 'component' }),
  );
  const entity = await catalog.getEntityByRef(reference, { credentials });
  if (!entity) {
    throw new NotFoundError(
      `the catalog has no ${reference}, or you may not see it`,
    );
  }
  const [decision] = await permissions.authorize(
    [{ permission: dynatraceCardReadPermission, resourceRef: reference }],
    { credentials },
  );
  if (decision.result !== AuthorizeResult.ALLOW) {
    throw new NotAllowedError(
      `the permission \`${dynatraceCardReadPermission.name}\` is not granted for ${reference}`,
    );
  }
  if (groupings.includes(entity.kind.toLocaleLowerCase('en-US'))) {
    throw new InputError(
      `${reference} has no releases of its own: name one of its components`,
    );
  }
  return entity;
}
