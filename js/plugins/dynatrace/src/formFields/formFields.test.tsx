import { renderInTestApp } from '@backstage/frontend-test-utils';
import {
  FieldExtensionOptions,
  SecretsContextProvider,
  TemplateParameterSchema,
} from '@backstage/plugin-scaffolder-react';
import { Stepper } from '@backstage/plugin-scaffolder-react/alpha';
import { DqlInspection } from '@grailstage/backstage-plugin-dynatrace-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { formBackend } from '../__testUtils__/formBackend';
import { dynatraceApiRef } from '../api';
import { DqlField } from './DqlField';
import { DynatraceEnvironmentPicker } from './DynatraceEnvironmentPicker';
import { DynatraceGuardianPicker } from './DynatraceGuardianPicker';
import { validateDql } from './validateDql';

const extensions: FieldExtensionOptions<any, any>[] = [
  {
    name: 'DynatraceEnvironmentPicker',
    component: DynatraceEnvironmentPicker,
  },
  { name: 'DynatraceGuardianPicker', component: DynatraceGuardianPicker },
  { name: 'DqlField', component: DqlField, validation: validateDql },
];

const environment = {
  title: 'Environment',
  description: 'Where it runs.',
  type: 'string',
  'ui:field': 'DynatraceEnvironmentPicker',
};
const guardian = {
  title: 'Guardian',
  type: 'string',
  'ui:field': 'DynatraceGuardianPicker',
};
const dql = { title: 'Query', type: 'string', 'ui:field': 'DqlField' };

const valid: DqlInspection = {
  valid: true,
  findings: [],
  tables: ['logs', 'bizevents'],
  scopes: [],
  drawings: [],
};
const mistaken: DqlInspection = {
  valid: false,
  findings: [
    {
      code: 'UNKNOWN_COMMAND',
      severity: 'error',
      message: 'there is no command `fliter`',
      help: 'did you mean `filter`?',
      start: { line: 1, column: 14 },
      end: { line: 1, column: 20 },
      span: { start: 13, end: 19 },
      fixed: 'fetch logs | filter a',
    },
  ],
  tables: [],
  scopes: [],
  drawings: [],
};

/** Fields of a template by name. */
type Schema = TemplateParameterSchema['steps'][number]['schema'];

/** Draws the form of a template as the scaffolder does. */
async function drawForm(
  properties: Schema,
  answers: Parameters<typeof formBackend>[0],
  options: { required?: string[]; values?: Record<string, string> } = {},
) {
  const backend = formBackend(answers);
  const created: Array<Record<string, unknown>> = [];
  await renderInTestApp(
    <SecretsContextProvider>
      <Stepper
        extensions={extensions}
        initialState={options.values}
        manifest={{
          title: 'A template',
          steps: [
            {
              title: 'A step',
              schema: { properties, required: options.required ?? [] },
            },
          ],
        }}
        onCreate={async values => {
          created.push(values);
        }}
      />
    </SecretsContextProvider>,
    { apis: [[dynatraceApiRef, backend.api]] },
  );
  const submit = async () => {
    await userEvent.click(screen.getByRole('button', { name: 'Review' }));
    await userEvent.click(
      await screen.findByRole('button', { name: 'Create' }),
    );
    await waitFor(() => expect(created).toHaveLength(1));
    return created[0];
  };
  return { ...backend, created, submit };
}

async function choose(field: string, option: string) {
  await userEvent.click(
    await screen.findByRole('button', { name: new RegExp(field) }),
  );
  await userEvent.click(await screen.findByRole('option', { name: option }));
}

// The form scrolls up with each of its steps, which jsdom cannot.
beforeAll(() => {
  jest.spyOn(window, 'scrollTo').mockImplementation();
});

describe('DynatraceEnvironmentPicker', () => {
  it('offers the environments of the backend under the label of the template', async () => {
    const { submit } = await drawForm(
      { environment },
      { environments: ['production', 'preproduction'] },
    );
    expect(screen.getByText('Where it runs.')).toBeInTheDocument();
    await choose('Environment', 'preproduction');
    expect(await submit()).toEqual({ environment: 'preproduction' });
  });

  it('chooses the only one by itself', async () => {
    const { submit } = await drawForm(
      { environment },
      { environments: ['production'] },
    );
    expect(
      await screen.findByRole('button', { name: /production/ }),
    ).toBeInTheDocument();
    expect(await submit()).toEqual({ environment: 'production' });
  });

  it('takes a default back that is not configured', async () => {
    await drawForm(
      { environment: { ...environment, default: 'elsewhere' } },
      { environments: ['production', 'preproduction'] },
      { required: ['environment'] },
    );
    expect(
      await screen.findByRole('button', { name: /Choose one/ }),
    ).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Review' }));
    expect(
      await screen.findAllByText(/required property 'Environment'/),
    ).not.toHaveLength(0);
    expect(
      screen.getByRole('button', { name: /Environment/ }),
    ).toHaveAccessibleDescription(/required property 'Environment'/);
  });

  it('takes a name by hand where the backend does not tell', async () => {
    const { submit } = await drawForm({ environment }, {});
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The permission for /api/dynatrace/v1/health is not granted.',
    );
    await userEvent.type(
      screen.getByRole('textbox', { name: /Environment/ }),
      'production',
    );
    expect(await submit()).toEqual({ environment: 'production' });
  });
});

describe('DynatraceGuardianPicker', () => {
  const guardians = {
    production: [
      { id: 'id-1', name: 'cart production', business: false },
      { id: 'id-2', name: 'orders', business: true },
      { id: 'id-3', name: 'orders', business: false },
    ],
    preproduction: [{ id: 'id-4', name: 'cart staging', business: false }],
  };
  const environments = Object.keys(guardians);

  it('offers those of the environment that is chosen, by id where names are the same', async () => {
    const { submit } = await drawForm(
      { environment: { ...environment, default: 'production' }, guardian },
      { environments, guardians },
    );
    await choose('Guardian', 'orders (id-3)');
    expect(await submit()).toMatchObject({ guardian: 'id-3' });
  });

  it('takes a guardian back that another environment does not have', async () => {
    const { submit } = await drawForm(
      { environment: { ...environment, default: 'production' }, guardian },
      { environments, guardians },
    );
    await choose('Guardian', 'cart production');
    await choose('Environment', 'preproduction');
    await choose('Guardian', 'cart staging');
    expect(await submit()).toEqual({
      environment: 'preproduction',
      guardian: 'cart staging',
    });
  });

  it('asks for those of the environment that the template names', async () => {
    const { submit } = await drawForm(
      {
        guardian: {
          ...guardian,
          'ui:options': { environment: 'preproduction' },
        },
      },
      { guardians },
    );
    await choose('Guardian', 'cart staging');
    expect(await submit()).toEqual({ guardian: 'cart staging' });
  });
});

describe('DqlField', () => {
  it('says what a query reads once the keys rest', async () => {
    const { checked, submit } = await drawForm(
      { query: dql },
      { check: () => valid },
    );
    // At once: on a busy machine the keys of a text may rest between two of them.
    await userEvent.click(screen.getByRole('textbox', { name: /Query/ }));
    await userEvent.paste('fetch logs');
    expect(
      await screen.findByText('No mistakes. Reads logs and bizevents.'),
    ).toBeInTheDocument();
    expect(checked).toEqual([{ query: 'fetch logs', lints: true }]);
    expect(await submit()).toEqual({ query: 'fetch logs' });
  });

  it('says what is wrong and where, and takes the repaired text', async () => {
    await drawForm(
      { query: dql },
      {
        check: ({ query }) => (query.includes('fliter') ? mistaken : valid),
      },
      { values: { query: 'fetch logs | fliter a' } },
    );
    const findings = await screen.findByRole('list', {
      name: 'What is wrong with Query',
    });
    expect(within(findings).getByRole('listitem')).toHaveTextContent(
      'Line 1, column 14: There is no command fliter. Did you mean filter?',
    );
    const field = screen.getByRole('textbox', { name: /Query/ });
    expect(field).toBeInvalid();
    await userEvent.click(
      screen.getByRole('button', { name: 'Use the repaired text' }),
    );
    expect(field).toHaveValue('fetch logs | filter a');
    expect(await screen.findByText(/^No mistakes/)).toBeInTheDocument();
    expect(field).toBeValid();
  });

  it('keeps the form from going on with a mistake', async () => {
    await drawForm(
      { query: dql },
      { check: () => mistaken },
      { values: { query: 'fetch logs | fliter a' } },
    );
    await userEvent.click(screen.getByRole('button', { name: 'Review' }));
    expect(
      await screen.findByText(
        /^Line 1, column 14: There is no command `fliter`/,
      ),
    ).toBeInTheDocument();
    expect(
      screen.queryByRole('button', { name: 'Create' }),
    ).not.toBeInTheDocument();
  });

  it('reads the text in the dialect of the template', async () => {
    const { checked } = await drawForm(
      { query: { ...dql, 'ui:options': { dialect: 'snippet' } } },
      { check: () => ({ ...valid, tables: [] }) },
      { values: { query: 'filter a == 1' } },
    );
    expect(await screen.findByText('No mistakes.')).toBeInTheDocument();
    expect(checked[0]).toMatchObject({ dialect: 'snippet' });
  });

  it('says why it does not check, and lets the form go on', async () => {
    const { submit } = await drawForm(
      { query: dql },
      {},
      { values: { query: 'fetch logs' } },
    );
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The permission for /api/dynatrace/v1/dql/check is not granted.',
    );
    expect(await submit()).toEqual({ query: 'fetch logs' });
  });
});
