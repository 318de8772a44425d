import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import { JsonObject } from '@backstage/types';
import { scaffolderModuleDynatrace } from './module';

async function actionIdsWith(config: JsonObject): Promise<string[]> {
  const addActions = jest.fn();
  await startTestBackend({
    extensionPoints: [[scaffolderActionsExtensionPoint, { addActions }]],
    features: [
      scaffolderModuleDynatrace,
      mockServices.rootConfig.factory({ data: config }),
    ],
  });
  return addActions.mock.calls.flat().map(({ id }) => id);
}

describe('scaffolderModuleDynatrace', () => {
  it('adds the actions', async () => {
    expect(await actionIdsWith({})).toEqual(['dynatrace:dql:query']);
  });

  it('lets the scaffolder start with a configuration that cannot be read', async () => {
    expect(
      await actionIdsWith({ dynatrace: { environments: 'production' } }),
    ).toEqual(['dynatrace:dql:query']);
  });
});
