import { EntityProvider } from '@backstage/plugin-catalog-react';
import { permissionApiRef } from '@backstage/plugin-permission-react';
import {
  ScaffolderFieldExtensions,
  useCustomFieldExtensions,
} from '@backstage/plugin-scaffolder-react';
import {
  mockApis,
  renderInTestApp,
  TestApiProvider,
} from '@backstage/test-utils';
import { screen } from '@testing-library/react';
import { ReactNode } from 'react';
import { answer, table } from '../__testUtils__/answers';
import { cart } from '../__testUtils__/cart';
import { respondWith } from '../__testUtils__/respondWith';
import {
  DqlFieldExtension,
  dqlQueryPlugin,
  dynatraceApiRef,
  DynatraceEnvironmentPickerFieldExtension,
  DynatraceGuardianPickerFieldExtension,
  dynatracePlugin,
  EmptyStateProps,
  EntityDqlQueryCard,
  EntityDynatraceContent,
  EntityKubernetesDeploymentsCard,
} from '../index';

async function draw(
  element: ReactNode,
  { api } = respondWith({ body: answer() }),
  entity = cart,
) {
  await renderInTestApp(
    <TestApiProvider
      apis={[
        [dynatraceApiRef, api],
        [permissionApiRef, mockApis.permission()],
      ]}
    >
      <EntityProvider entity={entity}>{element}</EntityProvider>
    </TestApiProvider>,
  );
}

describe('legacy frontend system', () => {
  it('has one plugin, under its own name and that of the peer', () => {
    expect(dynatracePlugin.getId()).toBe('dynatrace');
    expect(dqlQueryPlugin).toBe(dynatracePlugin);
    expect([...dynatracePlugin.getApis()].map(({ api }) => api.id)).toEqual([
      dynatraceApiRef.id,
    ]);
  });

  it('draws the Kubernetes card', async () => {
    await draw(<EntityKubernetesDeploymentsCard />);
    expect(
      await screen.findByRole('grid', { name: 'Kubernetes workloads' }),
    ).toBeInTheDocument();
  });

  it('passes title and page size on', async () => {
    await draw(
      <EntityKubernetesDeploymentsCard pageSize={3} title="Where it runs" />,
    );
    expect(
      await screen.findByRole('grid', { name: 'Where it runs' }),
    ).toBeInTheDocument();
    expect(screen.getByText('1–3 of 5')).toBeInTheDocument();
  });

  it.each([
    'dynatrace.kubernetes-deployments',
    'Dynatrace.Kubernetes-Deployments',
  ])('draws the Kubernetes card for the query id `%s`', async queryId => {
    await draw(<EntityDqlQueryCard queryId={queryId} title="Deployments" />);
    expect(
      await screen.findByRole('grid', { name: 'Deployments' }),
    ).toBeInTheDocument();
  });

  it('names the known query ids in place of an unknown one, and asks nothing', async () => {
    const backend = respondWith({ body: answer() });
    await draw(
      <EntityDqlQueryCard queryId="dynatrace.p90-latency" title="Latency" />,
      backend,
    );
    expect(
      await screen.findByText('There is no query', { exact: false }),
    ).toHaveTextContent('There is no query dynatrace.p90-latency');
    expect(
      screen.getByRole('heading', { name: 'Latency' }),
    ).toBeInTheDocument();
    expect(
      screen.getAllByRole('listitem').map(item => item.textContent),
    ).toContain('dynatrace.kubernetes-deployments');
    expect(backend.requests).toHaveLength(0);
  });

  it('gives the empty state of the peer what it expects', async () => {
    const Nothing = (props: EmptyStateProps) => (
      <p>
        {props.componentName} {props.queryNamespace}.{props.queryName}
      </p>
    );
    await draw(
      <EntityDqlQueryCard
        emptyState={Nothing}
        queryId="dynatrace.kubernetes-deployments"
        title="Deployments"
      />,
      respondWith({
        body: answer({ state: 'empty', sections: [table({ rows: [] })] }),
      }),
    );
    expect(
      await screen.findByText('cart dynatrace.kubernetes-deployments'),
    ).toBeInTheDocument();
  });

  it('draws all cards of an entity', async () => {
    await draw(<EntityDynatraceContent />);
    expect(
      await screen.findByRole('grid', { name: 'Kubernetes workloads' }),
    ).toBeInTheDocument();
  });

  it('says what to annotate where no card has anything to go by', async () => {
    await draw(<EntityDynatraceContent />, undefined, {
      ...cart,
      metadata: { name: 'cart' },
    });
    expect(
      await screen.findByText('This entity does not yet say where to look'),
    ).toBeInTheDocument();
    const example = screen.getByRole('region', { name: 'catalog-info.yaml' });
    expect(example).toHaveTextContent('backstage.io/kubernetes-id: cart');
    expect(example).toHaveTextContent(
      'backstage.io/kubernetes-label-selector: app.kubernetes.io/name=cart',
    );
  });

  it('has the fields of software templates under the names that templates use', async () => {
    const names: string[] = [];
    function Fields() {
      const fields = useCustomFieldExtensions(
        <ScaffolderFieldExtensions>
          <DynatraceEnvironmentPickerFieldExtension />
          <DynatraceGuardianPickerFieldExtension />
          <DqlFieldExtension />
        </ScaffolderFieldExtensions>,
      );
      names.push(...fields.map(({ name }) => name));
      return null;
    }
    await renderInTestApp(<Fields />);
    expect([...new Set(names)]).toEqual([
      'DynatraceEnvironmentPicker',
      'DynatraceGuardianPicker',
      'DqlField',
    ]);
  });
});
