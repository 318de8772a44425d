import { CatalogService } from '@backstage/plugin-catalog-node';
import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { RootConfigService } from '@backstage/backend-plugin-api';
import { InputError, NotFoundError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { OwnershipSyncAnswer } from '@grailstage/backstage-plugin-dynatrace-common';
import { DynatraceEnvironments } from '../service/DynatraceEnvironments';
import { DynatraceWrites } from '../service/DynatraceWrites';
import { examples } from './createTeamRegisterAction.examples';

/**
 * Creates the action `dynatrace:team:register`, which makes an ownership team of a group of the catalog.
 *
 * @public
 */
export function createTeamRegisterAction(options: {
  catalog: CatalogService;
  config: RootConfigService;
  environments: DynatraceEnvironments;
  writes: DynatraceWrites;
}) {
  const { catalog, config, environments, writes } = options;
  return createTemplateAction({
    id: 'dynatrace:team:register',
    description:
      'Makes an ownership team in Dynatrace of a group of the catalog, or brings the one it made up to date',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        group: z =>
          z
            .string()
            .min(1)
            .describe(
              'The reference of the group, such as `group:default/team-a`',
            ),
        environment: z =>
          z
            .string()
            .min(1)
            .optional()
            .describe(
              'Name of the environment; may be left out where only one is configured',
            ),
        mark: z =>
          z
            .string()
            .optional()
            .describe(
              'Stands before the reference in the external id and tells the teams of this catalog from others; default `backstage`',
            ),
      },
      output: {
        identifier: z =>
          z
            .string()
            .describe('What labels such as `dt.owner` name the team by'),
        externalId: z =>
          z.string().describe('The external id of its settings object'),
        environment: z => z.string().describe('The environment'),
        outcome: z =>
          z
            .enum(['created', 'updated', 'unchanged'])
            .describe('What was done, or with a dry run would be'),
      },
    },
    async handler(ctx) {
      const { environment, mark } = ctx.input;
      await writes.authorize('team', ctx);
      const reference = stringifyEntityRef(
        parseEntityRef(ctx.input.group, { defaultKind: 'group' }),
      );
      const group = await catalog.getEntityByRef(reference, {
        credentials: await ctx.getInitiatorCredentials(),
      });
      if (!group) {
        throw new NotFoundError(
          `the catalog has no ${reference}, or you may not see it`,
        );
      }
      if (group.kind.toLocaleLowerCase('en-US') !== 'group') {
        throw new InputError(`${reference} is no group`);
      }
      const name = environment ?? environments.only();
      const request = {
        groups: [group],
        environments: [name],
        mark,
        baseUrl: config.getOptionalString('app.baseUrl'),
      };
      const externalId = `${mark ?? 'backstage'}:${reference}`;
      const written = ctx.isDryRun
        ? teamOf(
            await environments.writeTeams({ ...request, dryRun: true }),
            reference,
          )
        : await writes.write(
            {
              kind: 'team',
              key: reference,
              meta: { environment: name, team: reference },
            },
            ctx,
            async () =>
              teamOf(
                await environments.writeTeams(request, { signal: ctx.signal }),
                reference,
              ),
          );
      const { identifier, outcome } = written;
      ctx.logger.info(
        `${ctx.isDryRun ? 'Dry run: ' : ''}Dynatrace environment '${name}': team '${identifier}' ${outcome}`,
      );
      ctx.output('identifier', identifier);
      ctx.output('externalId', externalId);
      ctx.output('environment', name);
      ctx.output('outcome', outcome);
    },
  });
}

const outcomes = {
  create: 'created',
  update: 'updated',
  keep: 'unchanged',
  created: 'created',
  updated: 'updated',
  unchanged: 'unchanged',
} as const;

/** What became of the team of a group. */
function teamOf(answer: OwnershipSyncAnswer, reference: string) {
  const [failure] = answer.notes.filter(note => note.severity === 'error');
  const team = answer.environments
    .flatMap(({ teams }) => teams)
    .find(({ entityRef }) => entityRef === reference);
  if (team?.error) {
    throw new Error(
      [team.error.message, team.error.help].filter(Boolean).join('; '),
    );
  }
  if (team?.step === 'leave') {
    throw new InputError(
      `the team of ${reference} is left as it is: ${team.reason}`,
    );
  }
  const outcome =
    outcomes[(team?.outcome ?? team?.step) as keyof typeof outcomes];
  if (failure && !outcome) {
    const { environment, message, help } = failure;
    const where = environment ? `Dynatrace environment '${environment}': ` : '';
    throw new Error(where + [message, help].filter(Boolean).join('; '));
  }
  if (!team || !outcome) {
    throw new InputError(
      `${reference} was taken from Dynatrace, and is not written back`,
    );
  }
  return { identifier: team.identifier, outcome };
}
