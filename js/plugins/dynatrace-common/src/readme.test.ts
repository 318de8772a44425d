import { readFileSync } from 'fs';
import { resolve } from 'path';
import { dynatraceCards } from './dynatraceCards';
import { dynatracePermissions, dynatraceWritePermissions } from './permissions';

function readmeOf(plugin: string): string {
  return readFileSync(resolve(__dirname, '../..', plugin, 'README.md'), 'utf8');
}

const cards = Object.keys(dynatraceCards);
const annotations = [...new Set(Object.values(dynatraceCards).flat())];
const permissions = [
  ...dynatracePermissions,
  ...Object.values(dynatraceWritePermissions),
].map(({ name }) => name);

describe('README', () => {
  const readme = readmeOf('dynatrace-common');

  it.each([...cards, ...annotations, ...permissions])(
    'has a row about `%s`',
    name => {
      expect(readme).toMatch(new RegExp(`^\\| \`${name}\``, 'm'));
    },
  );
});

describe('README of the frontend', () => {
  const readme = readmeOf('dynatrace');

  it.each(cards)('has a row about `%s`', name => {
    expect(readme).toMatch(new RegExp(`^\\| \`${name}\``, 'm'));
  });

  it.each(annotations)('has an example of `%s`', name => {
    expect(readme).toMatch(new RegExp(`^ +(# )?${name}: \\S`, 'm'));
  });
});
