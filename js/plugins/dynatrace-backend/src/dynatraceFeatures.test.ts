import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { metricsServiceMock } from '@backstage/backend-test-utils/alpha';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import request from 'supertest';
import dynatraceFeatures from '.';

describe('dynatraceFeatures', () => {
  async function start(dynatrace: { metrics?: boolean }) {
    const metrics = metricsServiceMock.mock();
    const { server } = await startTestBackend({
      features: [
        dynatraceFeatures,
        catalogServiceMock.factory(),
        mockServices.rootConfig.factory({ data: { dynatrace } }),
        metrics.factory,
      ],
    });
    const { status } = await request(server).get('/api/dynatrace/health');
    return { status, counters: metrics.createCounter.mock.calls.length };
  }

  it('report metrics only where the configuration says so', async () => {
    expect(await start({})).toEqual({ status: 200, counters: 0 });
    const reporting = await start({ metrics: true });
    expect(reporting.status).toBe(200);
    expect(reporting.counters).toBeGreaterThan(0);
  });
});
