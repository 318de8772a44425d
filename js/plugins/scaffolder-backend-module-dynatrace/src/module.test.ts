import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import { JsonObject } from '@backstage/types';
import { scaffolderModuleDynatrace } from './module';

const actionIds = [
  'dynatrace:dql:query',
  'dynatrace:dql:check',
  'dynatrace:event:send',
  'dynatrace:guardian:create',
  'dynatrace:guardian:validate',
  'dynatrace:release:gate',
  'dynatrace:owner:annotate',
  'dynatrace:release:annotate',
  'dynatrace:telemetry:plan',
  'dynatrace:telemetry:apply',
  'dynatrace:team:register',
  'dynatrace:zone:onboard',
];

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
    expect(await actionIdsWith({})).toEqual(actionIds);
  });

  it('lets the scaffolder start with a configuration that cannot be read', async () => {
    expect(
      await actionIdsWith({ dynatrace: { environments: 'production' } }),
    ).toEqual(actionIds);
  });
});
