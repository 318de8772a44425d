import { mockServices } from '@backstage/backend-test-utils';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { parse } from 'yaml';
import { createDqlCheckAction } from './createDqlCheckAction';
import { examples } from './createDqlCheckAction.examples';

type Input = {
  query: string;
  dialect?: 'query' | 'snippet' | 'template';
  lints?: boolean;
  failOnError?: boolean;
};

describe('dynatrace:dql:check', () => {
  const action = createDqlCheckAction();

  function contextFor(input: Input) {
    const logger = mockServices.logger.mock();
    const context = createMockActionContext({ input, workspacePath: '/' });
    return { ...context, logger };
  }

  async function outputsOf(input: Input) {
    const context = contextFor(input);
    await action.handler(context);
    return Object.fromEntries(jest.mocked(context.output).mock.calls);
  }

  it('tells what a valid query reads and which scopes it takes', async () => {
    expect(
      await outputsOf({ query: 'fetch logs | append [fetch bizevents]' }),
    ).toEqual({
      valid: true,
      diagnostics: [],
      tables: ['logs', 'bizevents'],
      scopes: [
        'storage:bizevents:read',
        'storage:buckets:read',
        'storage:logs:read',
      ],
    });
  });

  it('fails for a mistake, marks it in its line and says what to do', async () => {
    await expect(
      action.handler(contextFor({ query: 'fetch logs\n| fliter a == 1' })),
    ).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringMatching(
        /a mistake:\n.*fliter[^]*query:2:3[^]*\^{6}[^]*`filter`/,
      ),
    });
  });

  it('reports a mistake with line and column where it must not fail', async () => {
    expect(
      await outputsOf({
        query: 'fetch logs\n| fliter a == 1',
        failOnError: false,
      }),
    ).toEqual({
      valid: false,
      diagnostics: [
        expect.objectContaining({
          code: 'UNKNOWN_COMMAND',
          severity: 'error',
          line: 2,
          column: 3,
          fixed: 'fetch logs\n| filter a == 1',
        }),
      ],
      tables: [],
      scopes: [],
    });
  });

  it('goes on with a habit that costs, which only lints report', async () => {
    const query = 'fetch logs | filter lower(loglevel) == "error"';
    expect(await outputsOf({ query })).toMatchObject({ diagnostics: [] });
    expect(await outputsOf({ query, lints: true })).toMatchObject({
      valid: true,
      diagnostics: expect.arrayContaining([
        expect.objectContaining({
          code: 'CASE_FOLDED_COMPARISON',
          severity: 'hint',
        }),
      ]),
    });
  });

  it.each(examples.map(({ description, example }) => [description, example]))(
    'runs the example: %s',
    async (_, example) => {
      const [step] = parse(example).steps;
      expect(step.action).toBe(action.id);
      expect(await outputsOf(step.input)).toMatchObject({ valid: true });
    },
  );

  it('supports dry runs, as it asks nobody', () => {
    expect(action.supportsDryRun).toBe(true);
  });
});
