import { loadConfigSchema } from '@backstage/config-loader';
import { JsonObject } from '@backstage/types';

const load = () =>
  loadConfigSchema({
    dependencies: [
      '@grailstage/backstage-plugin-catalog-backend-module-dynatrace',
    ],
  });

const withSettings = (dynatrace: JsonObject) => [
  {
    // What the schema of Backstage itself asks for.
    context: 'backstage',
    data: {
      app: { baseUrl: 'http://localhost:3000' },
      backend: {
        baseUrl: 'http://localhost:7007',
        listen: ':7007',
        database: { client: 'better-sqlite3', connection: ':memory:' },
      },
    },
  },
  { context: 'test', data: { catalog: { providers: { dynatrace } } } },
];

describe('configuration schema', () => {
  it('knows the keys of both tasks, and shows none of them to browsers', async () => {
    const schema = await load();
    const settings = {
      mark: 'portal',
      import: {
        namespace: 'dynatrace',
        environments: ['production'],
        schedule: { frequency: 'PT30M', timeout: { minutes: 5 } },
      },
      export: { dryRun: false, remove: true, types: ['team'] },
    };
    const shown = schema.process(withSettings(settings), {
      visibility: ['frontend'],
    });
    expect(JSON.stringify(shown)).not.toContain('catalog');
  }, 120_000);

  it('refuses a value of another type', async () => {
    const schema = await load();
    expect(() =>
      schema.process(withSettings({ export: { dryRun: 'yes' } })),
    ).toThrow(/dryRun/);
  }, 120_000);
});
