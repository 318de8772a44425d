import { createConfigSecretEnumerator } from '@backstage/backend-defaults/rootConfig';
import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { loadConfigSchema } from '@backstage/config-loader';

describe('configuration schema', () => {
  it('comes with the module, so that logs are redacted without the backend plugin', async () => {
    const enumerateSecrets = await createConfigSecretEnumerator({
      logger: mockServices.logger.mock(),
      schema: await loadConfigSchema({
        dependencies: [
          '@grailstage/backstage-plugin-scaffolder-backend-module-dynatrace',
        ],
      }),
    });
    const config = new ConfigReader({
      dynatrace: {
        environments: [
          { name: 'a', url: 'https://a', platformToken: 'the platform token' },
        ],
      },
    });
    expect([...enumerateSecrets(config)]).toEqual(['the platform token']);
  }, 120_000);
});
