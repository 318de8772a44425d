import { mockServices } from '@backstage/backend-test-utils';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { JsonObject } from '@backstage/types';
import { parse } from 'yaml';
import {
  DynatraceEnvironment,
  succeededWith,
} from '../__testUtils__/DynatraceEnvironment';
import { DynatraceEnvironments } from '../service/DynatraceEnvironments';
import { createDqlQueryAction } from './createDqlQueryAction';
import { examples } from './createDqlQueryAction.examples';

type Input = Parameters<
  ReturnType<typeof createDqlQueryAction>['handler']
>[0]['input'];

const auditor = mockServices.auditor.mock();

describe('examples of dynatrace:dql:query', () => {
  let dynatrace: DynatraceEnvironment;
  let environments: DynatraceEnvironments;

  beforeEach(async () => {
    dynatrace = await DynatraceEnvironment.start();
    dynatrace.answer.body = succeededWith({
      records: [{ name: 'prod-eu' }],
      types: [{ indexRange: [0, 0], mappings: { name: { type: 'string' } } }],
    });
    environments = DynatraceEnvironments.fromConfig(
      mockServices.rootConfig({
        data: {
          dynatrace: {
            environments: [
              {
                name: 'production',
                url: dynatrace.url,
                platformToken: 'dt0s16.TEST.TOKEN',
              },
            ],
          },
        },
      }),
    );
  });

  afterEach(async () => {
    environments.close();
    await dynatrace.stop();
  });

  it.each(
    examples.map(({ description, example }): [string, Input & JsonObject] => [
      description,
      parse(example).steps[0].input,
    ]),
  )('runs: %s', async (_, input) => {
    const action = createDqlQueryAction({ auditor, environments });
    const context = createMockActionContext({ input, workspacePath: '/' });
    await action.handler(context);
    expect(dynatrace.executed).toEqual([
      expect.objectContaining({ query: input.query }),
    ]);
    expect(context.output).toHaveBeenCalledWith('rows', [{ name: 'prod-eu' }]);
  });

  it.each(
    examples.map(({ description, example }): [string, string] => [
      description,
      example,
    ]),
  )('calls the action by its id: %s', (_, example) => {
    expect(parse(example).steps[0].action).toBe(
      createDqlQueryAction({ auditor, environments }).id,
    );
  });
});
