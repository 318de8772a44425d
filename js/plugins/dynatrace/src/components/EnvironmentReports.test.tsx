import { renderInTestApp } from '@backstage/frontend-test-utils';
import { EnvironmentReport } from '@grailstage/backstage-plugin-dynatrace-common';
import { screen } from '@testing-library/react';
import { answered, failed } from '../__testUtils__/answers';
import { EnvironmentReports } from './EnvironmentReports';

jest.mock('../text/answerText', () => ({
  answerText: (text: string) => `<${text}>`,
}));

async function report(values: Partial<EnvironmentReport>) {
  renderInTestApp(
    <EnvironmentReports
      environments={[{ ...answered('production', 3, 48e9), ...values }]}
      label="Queries"
    />,
  );
  return screen.findByRole('listitem');
}

describe('EnvironmentReports', () => {
  it('says what was scanned for an answer that was asked for', async () => {
    expect(await report({ cache: 'miss' })).toHaveTextContent(
      'production3 records48 GB scanned342 ms',
    );
  });

  it('says of a stored answer how old it is, and that it cost nothing', async () => {
    expect(
      await report({ cache: 'hit', ageMillis: 120_000 }),
    ).toHaveTextContent(
      /3 recordsstored answer, 2 min old: nothing scanned againOpen/,
    );
  });

  it('says of an answer that others asked for that it cost nothing more', async () => {
    expect(await report({ cache: 'shared' })).toHaveTextContent(
      /3 recordsasked once for several readers: nothing scanned againOpen/,
    );
  });

  it('says of an old answer that a newer one is on its way, and nothing of the cost', async () => {
    expect(
      await report({ cache: 'stale', ageMillis: 7_200_000 }),
    ).toHaveTextContent(
      /3 recordsstored answer, 2 hr old: a newer one is being fetchedOpen/,
    );
  });

  it('names each of several queries in the language of the reader', async () => {
    const [query] = answered('production', 3, 0).queries;
    expect(
      await report({ queries: [query, { ...query, key: 'events' }] }),
    ).toHaveTextContent(
      /Open query <workloads> in Dynatrace.*Open query <events>/,
    );
  });

  it('says nothing of the cost where there is no answer', async () => {
    expect(
      await report({ ...failed('production'), cache: 'hit' }),
    ).toHaveTextContent(/^productionno answerOpen/);
  });
});
