import { mockServices } from '@backstage/backend-test-utils';
import { EnvironmentHealth } from '@grailstage/backstage-plugin-dynatrace-common';
import { logHealth } from './logHealth';

const working: EnvironmentHealth = {
  name: 'production',
  url: 'https://abc12345.apps.dynatrace.com',
  state: 'ok',
  reachable: true,
  credentialsAccepted: true,
  missingScopes: [],
  clockSkewMillis: 0,
};

function logged(...environments: EnvironmentHealth[]) {
  const logger = mockServices.logger.mock();
  const answer = { checkedAt: '2026-11-21T12:00:00Z', environments };
  logHealth(new TextEncoder().encode(JSON.stringify(answer)), logger);
  return {
    info: logger.info.mock.calls.flat(),
    warn: logger.warn.mock.calls.flat(),
  };
}

describe('logHealth', () => {
  it('tells what works', () => {
    expect(logged(working)).toEqual({
      info: ["Dynatrace environment 'production' works"],
      warn: [],
    });
  });

  it('tells what is wrong and what to do about it', () => {
    const failed: EnvironmentHealth = {
      ...working,
      state: 'failed',
      error: {
        code: 'invalid-credentials',
        message: 'the credentials are not accepted',
        help: 'check `clientId`',
        status: 502,
      },
    };
    expect(logged(failed, working).warn).toEqual([
      "Dynatrace environment 'production' cannot be used: the credentials are not accepted; check `clientId`",
    ]);
  });

  it('tells what is missing and whose clock is wrong', () => {
    const limited: EnvironmentHealth = {
      ...working,
      state: 'limited',
      missingScopes: [{ card: 'a-card', scopes: ['storage:logs:read'] }],
      clockSkewMillis: 300_000,
    };
    expect(logged(limited).warn).toEqual([
      "Dynatrace environment 'production' is limited: card 'a-card' lacks storage:logs:read; the clock here is 300 s behind that of Dynatrace",
    ]);
  });

  it('does not repeat what is wrong with the configuration', () => {
    const broken: EnvironmentHealth = {
      ...working,
      state: 'failed',
      error: {
        code: 'invalid-config',
        message: '`url` is missing',
        status: 500,
      },
    };
    expect(logged(broken)).toEqual({ info: [], warn: [] });
  });
});
