import { RootConfigService } from '@backstage/backend-plugin-api';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { ZoneOnboarding } from '@grailstage/core';
import { AccessRequestWebhook } from '../service/AccessRequestWebhook';
import { DynatraceEnvironments } from '../service/DynatraceEnvironments';
import { DynatraceWrites } from '../service/DynatraceWrites';
import { WorkspaceFiles } from '../workspace/WorkspaceFiles';
import { examples } from './createZoneOnboardAction.examples';

/**
 * Creates the action `dynatrace:zone:onboard`, which makes a management zone and asks for access to what is in it.
 *
 * @public
 */
export function createZoneOnboardAction(options: {
  config: RootConfigService;
  environments: DynatraceEnvironments;
  writes: DynatraceWrites;
}) {
  const { config, environments, writes } = options;
  return createTemplateAction({
    id: 'dynatrace:zone:onboard',
    description:
      'Makes a management zone for Kubernetes namespaces, proposes segment and policy, and writes the requests for access',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        zone: z => z.string().min(1).describe('The name of the zone'),
        namespaces: z =>
          z
            .array(z.string().min(1))
            .min(1)
            .describe('The Kubernetes namespaces in it'),
        cluster: z =>
          z
            .string()
            .min(1)
            .optional()
            .describe('The Kubernetes cluster they are in; any where absent'),
        group: z =>
          z.string().min(1).describe('The group that shall see what is in it'),
        description: z => z.string().optional().describe('What it is for'),
        reason: z =>
          z
            .string()
            .optional()
            .describe('What for, for those who grant the access'),
        environment: z =>
          z
            .string()
            .min(1)
            .optional()
            .describe(
              'Name of the environment; may be left out where only one is configured',
            ),
        folder: z =>
          z
            .string()
            .optional()
            .describe(
              'The folder for the documents; the top of the workspace where absent',
            ),
        send: z =>
          z
            .boolean()
            .optional()
            .describe(
              'Whether the documents are sent to the webhook of the configuration; default false',
            ),
      },
      output: {
        zone: z => z.string().describe('The name of the zone'),
        objectId: z =>
          z
            .string()
            .optional()
            .describe(
              'The id of its settings object; absent where a dry run would create it',
            ),
        step: z =>
          z
            .enum(['create', 'update', 'keep'])
            .describe('What was done, or with a dry run would be'),
        url: z =>
          z
            .string()
            .optional()
            .describe('Opens the management zones in Dynatrace'),
        segment: z =>
          z
            .record(z.unknown())
            .describe(
              'The segment that would take its place: `name`, `includes` with `dataObject` and `filter`, `remarks`',
            ),
        policy: z =>
          z
            .string()
            .describe('The statements of a policy for the group, one a line'),
        files: z => z.array(z.string()).describe('The documents written'),
        sent: z => z.boolean().describe('Whether they were sent'),
      },
    },
    async handler(ctx) {
      const { folder = '.', send = false, ...input } = ctx.input;
      await writes.authorize('zone', ctx);
      const webhook = send
        ? AccessRequestWebhook.fromConfig(config)
        : undefined;
      const isDryRun = ctx.isDryRun ?? false;
      const documents = config.getOptional<
        Array<{ path: string; template: string }>
      >('dynatrace.accessRequests.documents');
      const request = {
        ...input,
        documents,
        requester: ctx.user?.ref,
        dryRun: isDryRun,
      };
      const onboard = () =>
        environments.onboardZone(request, { signal: ctx.signal });
      const zone: ZoneOnboarding = isDryRun
        ? await onboard()
        : await writes.write(
            {
              kind: 'zone',
              key: input.zone,
              meta: { zone: input.zone, group: input.group },
            },
            ctx,
            async () => ({ ...(await onboard()) }),
          );
      ctx.logger.info(
        `${isDryRun ? 'Dry run: ' : ''}Dynatrace environment '${zone.environment}': zone '${zone.zone}': ${zone.step}`,
      );
      zone.remarks.forEach(remark => ctx.logger.info(remark));

      const files = new WorkspaceFiles(ctx.workspacePath, { isDryRun });
      const paths = zone.documents.map(({ path, text }) => {
        const file = folder === '.' ? path : `${folder}/${path}`;
        files.write(file, text);
        ctx.logger.info(`${isDryRun ? 'Dry run: ' : ''}${file}`);
        return file;
      });
      if (webhook && !isDryRun) {
        await writes.write(
          {
            kind: 'zone',
            key: `${input.zone}.access-request`,
            meta: { zone: input.zone, group: input.group },
          },
          ctx,
          async ({ id }) => {
            const { environment, documents: texts, policy } = zone;
            await webhook.send(
              id,
              {
                environment,
                zone: zone.zone,
                group: input.group,
                namespaces: input.namespaces,
                policy,
                documents: texts.map(document => ({ ...document })),
                ...(ctx.user?.ref && { requester: ctx.user.ref }),
              },
              { signal: ctx.signal },
            );
            return { sent: true };
          },
        );
      }
      ctx.output('zone', zone.zone);
      ctx.output('objectId', zone.objectId);
      ctx.output('step', zone.step);
      ctx.output('url', zone.url);
      ctx.output('segment', { ...zone.segment });
      ctx.output('policy', zone.policy);
      ctx.output('files', paths);
      ctx.output('sent', Boolean(webhook) && !isDryRun);
    },
  });
}
