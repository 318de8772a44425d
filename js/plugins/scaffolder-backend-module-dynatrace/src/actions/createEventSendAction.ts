import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { EventSendAnswer } from '@grailstage/backstage-plugin-dynatrace-common';
import { DynatraceEnvironments } from '../service/DynatraceEnvironments';
import { DynatraceWrites } from '../service/DynatraceWrites';
import { readTestReports } from '../workspace/readTestReports';
import { examples } from './createEventSendAction.examples';

/**
 * Creates the action `dynatrace:event:send`, which tells Dynatrace of a build, test, deployment, release or change, or
 * of anything in the business.
 *
 * @public
 */
export function createEventSendAction(options: {
  environments: DynatraceEnvironments;
  writes: DynatraceWrites;
}) {
  const { environments, writes } = options;
  return createTemplateAction({
    id: 'dynatrace:event:send',
    description:
      'Sends an event of software delivery (build, test, deployment, release, change, pipeline run) or of the business to Dynatrace',
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
        destination: z =>
          z
            .enum(['sdlc', 'business'])
            .optional()
            .describe(
              'Events of software delivery or of the business; default `sdlc`',
            ),
        type: z =>
          z
            .string()
            .min(1)
            .describe(
              '`build`, `deployment`, `release`, `change`, `test`, or `run` for a whole pipeline; any for business events',
            ),
        provider: z =>
          z
            .string()
            .min(1)
            .optional()
            .describe('Who sends it; default `backstage`'),
        status: z =>
          z
            .enum(['started', 'finished'])
            .optional()
            .describe('Which end of it the event tells of; default `finished`'),
        outcome: z =>
          z
            .string()
            .min(1)
            .optional()
            .describe(
              'How it ended: `success`, `failure`, `canceled` …; default `success`',
            ),
        name: z =>
          z
            .string()
            .min(1)
            .optional()
            .describe('What was done, such as `deploy`; default the type'),
        startedAt: z =>
          z
            .string()
            .datetime({ offset: true })
            .optional()
            .describe('When it began, in ISO 8601'),
        endedAt: z =>
          z
            .string()
            .datetime({ offset: true })
            .optional()
            .describe('When it ended, in ISO 8601'),
        repositoryUrl: z =>
          z
            .string()
            .min(1)
            .optional()
            .describe('Address of the repository; cards find events by it'),
        branch: z => z.string().optional().describe('The branch or tag'),
        revision: z =>
          z.string().optional().describe('The revision of the code'),
        artifact: z => z.string().optional().describe('The artifact'),
        version: z => z.string().optional().describe('Its version'),
        pipeline: z =>
          z
            .object({
              id: z.string().optional().describe('Id of the pipeline'),
              name: z.string().optional().describe('Its name'),
              runId: z.string().optional().describe('Id of the run'),
              runUrl: z.string().optional().describe('Address of the run'),
            })
            .strict()
            .optional()
            .describe('The run of a pipeline it belongs to'),
        deployment: z =>
          z
            .object({
              name: z
                .string()
                .optional()
                .describe(
                  'Its name; cards find the applications of Argo CD by it',
                ),
              namespace: z.string().optional().describe('The namespace'),
              stage: z
                .string()
                .optional()
                .describe('The stage, such as `production`'),
            })
            .strict()
            .optional()
            .describe('Where something was deployed, tested or released'),
        change: z =>
          z
            .object({
              id: z.string().min(1).describe('Number of the pull request'),
              title: z.string().optional().describe('Its title'),
              state: z
                .string()
                .optional()
                .describe('`open`, `merged` or `closed`; default `merged`'),
              url: z.string().optional().describe('Its address'),
            })
            .strict()
            .optional()
            .describe('The pull or merge request, for `change`'),
        attributes: z =>
          z
            .record(z.union([z.string(), z.number(), z.boolean()]))
            .optional()
            .describe('More fields of the event, with dots in their names'),
        results: z =>
          z
            .array(z.string().min(1))
            .min(1)
            .optional()
            .describe(
              'For `test`: reports in the XML of JUnit, as files or folders of the workspace. Each execution of a test case becomes an event',
            ),
      },
      output: {
        id: z =>
          z
            .string()
            .describe('Id of the event; of several, what their ids start with'),
        count: z => z.number().describe('How many events it is'),
        tests: z =>
          z
            .object({
              total: z.number(),
              passed: z.number(),
              failed: z.number(),
              skipped: z.number(),
              flaky: z.number(),
              failures: z.array(z.string()),
            })
            .optional()
            .describe('What the reports say; a case counts by its last try'),
        query: z => z.string().describe('The DQL that finds the events'),
        notebookUrl: z =>
          z.string().describe('Opens that DQL in a Dynatrace notebook'),
      },
    },
    async handler(ctx) {
      const { results, ...event } = ctx.input;
      const request = {
        ...event,
        ...(results && {
          results: await readTestReports(ctx.workspacePath, results),
        }),
      };
      let answer: Omit<EventSendAnswer, 'first'>;
      if (ctx.isDryRun) {
        await writes.authorize('event', ctx);
        const dryRun = { ...request, id: 'dry-run', dryRun: true };
        const { first, ...told } = await environments.sendEvent(dryRun, {
          signal: ctx.signal,
        });
        answer = told;
        ctx.logger.info(
          `Dry run: nothing was sent. The first of ${told.count}: ${JSON.stringify(first)}`,
        );
      } else {
        answer = await writes.write(
          {
            kind: 'event',
            key: 'send',
            meta: {
              type: event.type,
              destination: event.destination ?? 'sdlc',
              ...(event.environment && { environment: event.environment }),
            },
          },
          ctx,
          async ({ id, startedAt, resumed }) => {
            const { first: _, ...sent } = await environments.sendEvent(
              { ...request, id, ...(resumed && { attemptedSince: startedAt }) },
              { signal: ctx.signal },
            );
            return sent;
          },
        );
        ctx.logger.info(
          `Dynatrace environment '${answer.environment}' has ${answer.count === 1 ? 'the event' : `the ${answer.count} events`} ${answer.id}: ${answer.notebookUrl}`,
        );
      }
      ctx.output('id', answer.id);
      ctx.output('count', answer.count);
      if (answer.tests) {
        ctx.output('tests', answer.tests);
      }
      ctx.output('query', answer.query);
      ctx.output('notebookUrl', answer.notebookUrl);
    },
  });
}
