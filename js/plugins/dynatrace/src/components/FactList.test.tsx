import { renderInTestApp } from '@backstage/frontend-test-utils';
import { screen, within } from '@testing-library/react';
import { FactList } from './FactList';

describe('FactList', () => {
  it('lines up counts and gives values with more to say a tile', async () => {
    renderInTestApp(
      <FactList
        facts={[
          {
            key: 'ready',
            title: 'ready',
            kind: 'count',
            value: 2,
            status: 'ok',
          },
          {
            key: 'lead-time',
            title: 'Lead time',
            kind: 'number',
            unit: 'milliseconds',
            value: 5_400_000,
            status: 'neutral',
            detail: 'from change to production',
            trend: { points: [7_200_000, 5_400_000], last: 5_400_000 },
          },
        ]}
      />,
    );
    const line = await screen.findByRole('list', { name: 'At a glance' });
    const tiles = screen.getByRole('list', {
      name: 'At a glance, in more detail',
    });
    expect(within(line).getByRole('listitem')).toHaveTextContent('2 ready');
    const tile = within(tiles).getByRole('listitem');
    expect(tile).toHaveTextContent('Lead time');
    expect(tile).toHaveTextContent('1.5 hr');
    expect(tile).toHaveTextContent('from change to production');
    expect(tile).toHaveTextContent('from 1.5 hr to 2 hr, last 1.5 hr');
  });

  it('keeps a title that is not the one it has a translation of', async () => {
    renderInTestApp(
      <FactList
        facts={[
          {
            key: 'ready',
            title: 'READY to go',
            kind: 'count',
            value: 2,
            status: 'ok',
          },
        ]}
      />,
    );
    expect(await screen.findByRole('listitem')).toHaveTextContent(
      '2 READY to go',
    );
  });

  it('draws nothing of no facts', async () => {
    renderInTestApp(
      <div data-testid="facts">
        <FactList facts={[]} />
      </div>,
    );
    expect(await screen.findByTestId('facts')).toBeEmptyDOMElement();
  });
});
