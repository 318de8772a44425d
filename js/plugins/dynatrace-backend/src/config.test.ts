import { createConfigSecretEnumerator } from '@backstage/backend-defaults/rootConfig';
import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { ConfigSchema, loadConfigSchema } from '@backstage/config-loader';
import { JsonObject } from '@backstage/types';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';

const pluginsPath = resolve(__dirname, '../..');
const packageName = '@grailstage/backstage-plugin-dynatrace-backend';

const oauthEnvironment = {
  name: 'production',
  url: 'https://abc12345.apps.dynatrace.com',
  clientId: 'the client id',
  clientSecret: 'the client secret',
  accountUrn: 'the account',
};

const tokenEnvironment = {
  name: 'staging',
  url: 'https://def67890.apps.dynatrace.com',
  platformToken: 'the platform token',
};

/** What the schema of Backstage itself asks for. */
const backstage = {
  context: 'backstage',
  data: {
    app: { baseUrl: 'http://localhost:3000' },
    backend: {
      baseUrl: 'http://localhost:7007',
      listen: ':7007',
      database: { client: 'better-sqlite3', connection: ':memory:' },
    },
  },
};

/** The snippets of app-config in the README files of all packages, by where they stand. */
function readmeSnippets(): Array<[string, JsonObject]> {
  return readdirSync(pluginsPath).flatMap(plugin => {
    const readmePath = resolve(pluginsPath, plugin, 'README.md');
    const readme = existsSync(readmePath)
      ? readFileSync(readmePath, 'utf8')
      : '';
    return [...readme.matchAll(/^```yaml[^\n]*\n(.*?)^```/gms)]
      .flatMap(([, yaml]) => parseAllDocuments(yaml))
      .map(document => document.toJS() as JsonObject)
      .filter(snippet => 'dynatrace' in snippet)
      .map((snippet, index): [string, JsonObject] => [
        `${plugin}/README.md, snippet ${index + 1}`,
        snippet,
      ]);
  });
}

function secretsOf(environments: JsonObject[]): string[] {
  return environments.flatMap(environment =>
    ['clientId', 'clientSecret', 'accountUrn', 'platformToken'].flatMap(key => {
      const value = environment[key];
      return typeof value === 'string' ? [value] : [];
    }),
  );
}

describe('configuration schema', () => {
  let schema: ConfigSchema;

  afterEach(() => {
    jest.restoreAllMocks();
  });

  beforeAll(async () => {
    schema = await loadConfigSchema({
      dependencies: [packageName],
      noUndeclaredProperties: true,
    });
  }, 120_000);

  function validate(dynatrace: unknown) {
    const data: JsonObject = JSON.parse(JSON.stringify({ dynatrace }));
    return schema.process([backstage, { context: 'test', data }]);
  }

  describe.each(readmeSnippets())('%s', (_, snippet) => {
    it('is valid', () => {
      expect(() =>
        schema.process([backstage, { context: 'README.md', data: snippet }]),
      ).not.toThrow();
    });

    it('has all its secrets redacted from logs', async () => {
      const enumerateSecrets = await createConfigSecretEnumerator({
        logger: mockServices.logger.mock(),
        schema,
      });
      const { environments = [], accessRequests } = snippet.dynatrace as {
        environments?: JsonObject[];
        accessRequests?: { webhook?: { url: string; headers?: JsonObject } };
      };
      const { url, headers = {} } = accessRequests?.webhook ?? {};
      const ofWebhook = [...(url ? [url] : []), ...Object.values(headers)];
      expect([...enumerateSecrets(new ConfigReader(snippet))].sort()).toEqual(
        [...new Set([...secretsOf(environments), ...ofWebhook])].sort(),
      );
    });
  });

  it('is shown by the README of the backend for both kinds of credentials', () => {
    const shown = JSON.stringify(
      readmeSnippets().filter(([place]) =>
        place.startsWith('dynatrace-backend/'),
      ),
    );
    expect(shown).toContain('clientSecret');
    expect(shown).toContain('platformToken');
  });

  it.each([
    ['no key at all', undefined],
    ['an empty key', {}],
    ['OAuth clients', { environments: [oauthEnvironment] }],
    ['platform tokens', { environments: [tokenEnvironment] }],
    ['both', { environments: [oauthEnvironment, tokenEnvironment] }],
    [
      'all there is',
      {
        metrics: true,
        cards: { dora: { cacheSeconds: 0 }, problems: {} },
        environments: [
          {
            ...oauthEnvironment,
            tokenUrl: 'https://sso.example.org/token',
            entityModel: 'classic',
            limits: {
              maxResultRecords: 1,
              maxResultBytes: 1024,
              requestTimeoutSeconds: 1,
              fetchTimeoutSeconds: 1,
              defaultScanLimitGbytes: -1,
              maxConcurrentQueries: 1,
              maxQueuedQueries: 0,
            },
            filterSegments: [
              { id: 'a', variables: [{ name: '$ns', values: ['shop'] }] },
            ],
          },
        ],
      },
    ],
    [
      'the keys of the other plugins on this root key',
      {
        baseUrl: 'https://abc12345.live.dynatrace.com',
        queries: [{ id: 'errors', query: 'fetch logs', environments: ['a'] }],
      },
    ],
  ])('accepts %s', (_, dynatrace) => {
    expect(() => validate(dynatrace)).not.toThrow();
  });

  it.each([
    [
      'an environment that is not in a list',
      { environments: tokenEnvironment },
    ],
    [
      'an environment without credentials',
      { environments: [{ name: 'a', url: 'https://a' }] },
    ],
    [
      'a client without its secret',
      { environments: [{ ...oauthEnvironment, clientSecret: undefined }] },
    ],
    [
      'an environment without a name',
      { environments: [{ ...tokenEnvironment, name: undefined }] },
    ],
    [
      'an environment without a url',
      { environments: [{ ...tokenEnvironment, url: undefined }] },
    ],
    [
      'an unknown entity model',
      { environments: [{ ...tokenEnvironment, entityModel: 'grail' }] },
    ],
    [
      'a limit that is no number',
      {
        environments: [
          { ...tokenEnvironment, limits: { maxResultBytes: 'x' } },
        ],
      },
    ],
    [
      'a limit it does not know',
      { environments: [{ ...tokenEnvironment, limits: { maxRecords: 1 } }] },
    ],
    [
      'a time to keep answers that is no number',
      { cards: { dora: { cacheSeconds: 'a minute' } } },
    ],
    [
      'a setting of a card it does not know',
      { cards: { dora: { seconds: 60 } } },
    ],
    ['a misspelt key', { enviroments: [tokenEnvironment] }],
  ])('refuses %s', (_, dynatrace) => {
    expect(() => validate(dynatrace)).toThrow(/Config validation failed/);
  });

  it('shows nothing to the browser', () => {
    const [, { data }] = schema.process(
      [
        backstage,
        {
          context: 'test',
          data: {
            dynatrace: { environments: [oauthEnvironment, tokenEnvironment] },
          },
        },
      ],
      { visibility: ['frontend'] },
    );
    expect(data.dynatrace).toBeUndefined();
  });

  it('finds the secrets in a broken configuration too', async () => {
    const enumerateSecrets = await createConfigSecretEnumerator({
      logger: mockServices.logger.mock(),
      schema,
    });
    const { clientId, clientSecret } = oauthEnvironment;
    const { platformToken } = tokenEnvironment;
    const config = new ConfigReader({
      dynatrace: {
        environments: [{ clientId, clientSecret }, { platformToken }],
        queries: 5,
      },
    });
    expect([...enumerateSecrets(config)].sort()).toEqual(
      [clientId, clientSecret, platformToken].sort(),
    );
  });

  it('finds the secrets next to a plugin that types the same keys in another way', async () => {
    // Ajv warns of the other plugin's union.
    jest.spyOn(console, 'warn').mockImplementation();
    const other = createMockDirectory({
      content: {
        'package.json': JSON.stringify({
          name: 'other-plugin',
          version: '1.0.0',
          configSchema: {
            type: 'object',
            required: ['dynatrace'],
            properties: {
              dynatrace: {
                type: 'object',
                properties: {
                  environments: {
                    anyOf: [
                      {
                        type: 'object',
                        properties: {
                          url: { type: 'string', visibility: 'frontend' },
                          clientSecret: {
                            type: 'string',
                            visibility: 'secret',
                          },
                        },
                      },
                      {
                        type: 'array',
                        items: {
                          type: 'object',
                          properties: {
                            platformToken: {
                              type: 'string',
                              visibility: 'secret',
                            },
                          },
                          required: ['platformToken'],
                        },
                      },
                    ],
                  },
                  queries: {
                    type: 'object',
                    additionalProperties: { type: 'string' },
                  },
                },
              },
            },
          },
        }),
      },
    });
    const enumerateSecrets = await createConfigSecretEnumerator({
      logger: mockServices.logger.mock(),
      schema: await loadConfigSchema({
        dependencies: [packageName],
        packagePaths: [other.resolve('package.json')],
      }),
    });
    const config = new ConfigReader({
      dynatrace: { environments: [oauthEnvironment, tokenEnvironment] },
    });
    expect([...enumerateSecrets(config)].sort()).toEqual(
      secretsOf([oauthEnvironment, tokenEnvironment]).sort(),
    );
  }, 120_000);
});
