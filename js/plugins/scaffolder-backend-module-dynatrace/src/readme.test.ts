import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import {
  scaffolderActionsExtensionPoint,
  TemplateAction,
} from '@backstage/plugin-scaffolder-node';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { scaffolderModuleDynatrace } from './module';

const readme = readFileSync(resolve(__dirname, '../README.md'), 'utf8');

/** The part of the README under a heading. */
function section(title: string): string {
  const [, part = ''] = readme.split(`\n## ${title}\n`);
  return part.split('\n## ')[0];
}

async function actions(): Promise<TemplateAction<any, any, any>[]> {
  const addActions = jest.fn();
  await startTestBackend({
    extensionPoints: [[scaffolderActionsExtensionPoint, { addActions }]],
    features: [
      scaffolderModuleDynatrace,
      mockServices.rootConfig.factory({ data: {} }),
    ],
  });
  return addActions.mock.calls.flat();
}

function propertiesOf(schema: unknown): string[] {
  return Object.keys((schema as { properties?: object })?.properties ?? {});
}

describe('README', () => {
  it('explains each input and each output of each action', async () => {
    const missing = (await actions()).flatMap(({ id, schema }) => {
      const names = [
        ...propertiesOf(schema?.input),
        ...propertiesOf(schema?.output),
      ];
      // The plan has its inputs in its own section.
      const text =
        id === 'dynatrace:telemetry:apply'
          ? section(id) + section('dynatrace:telemetry:plan')
          : section(id);
      expect({ id, known: names.length > 0 }).toEqual({ id, known: true });
      return names
        .filter(name => !text.includes(`\`${name}\``))
        .map(name => `${id}: ${name}`);
    });
    expect(missing).toEqual([]);
  });

  it('has examples whose inputs the actions know, and says which scopes they need', async () => {
    for (const { id, schema } of await actions()) {
      const [, yaml] = section(id).match(/```yaml\n([^]*?)```/) ?? [];
      const step = parse(yaml).steps.find(
        ({ action }: { action: string }) => action === id,
      );
      expect(propertiesOf(schema?.input)).toEqual(
        expect.arrayContaining(Object.keys(step.input)),
      );
      expect(section(id)).toMatch(/^Scopes: /m);
    }
  });
});
