// Ownership teams as groups and back, against the sandbox over HTTP.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { useSandbox } from './useSandbox.mjs';

const sandbox = useSandbox();
const { client } = sandbox;

const parsed = bytes => JSON.parse(new TextDecoder().decode(bytes));
const teams = async of => parsed(await of.ownershipTeams({})).groups;

const group = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Group',
  metadata: { name: 'new-team', title: 'New team' },
  spec: { type: 'team', children: [] },
};

describe('ownershipTeams', () => {
  it('gives the teams of the environment as groups', async () => {
    const answer = parsed(await client().ownershipTeams({}));
    assert.deepEqual(answer.answered, ['production']);
    assert.ok(answer.groups.length > 0);
    for (const { kind, metadata } of answer.groups) {
      assert.equal(kind, 'Group');
      assert.match(metadata.name, /^[\w.-]+$/);
    }
  });

  it('says which scope is missing, and gives nothing', async () => {
    const answer = parsed(
      await client('dt0s16.NOSCOPES.TOKEN').ownershipTeams({}),
    );
    assert.deepEqual(answer.groups, []);
    assert.deepEqual(answer.answered, []);
    assert.match(JSON.stringify(answer.notes), /settings:objects:read/);
  });

  it('ends when its signal is aborted', async () => {
    await fetch(`${sandbox.control}/__sandbox/environments/production/faults`, {
      method: 'POST',
      body: JSON.stringify({ kind: 'hang', route: 'settings' }),
    });
    const abort = new AbortController();
    const pending = client().ownershipTeams({}, { signal: abort.signal });
    abort.abort();
    await assert.rejects(pending, { code: 'cancelled', status: 499 });
  });
});

describe('writeOwnershipTeams', () => {
  it('tells what it would do and does nothing in a dry run', async () => {
    const before = await teams(client());
    const answer = parsed(
      await client().writeOwnershipTeams({ groups: [group], dryRun: true }),
    );
    assert.equal(answer.dryRun, true);
    assert.match(JSON.stringify(answer.environments), /new-team/);
    assert.deepEqual(await teams(client()), before);
  });

  it('writes a team once', async () => {
    const write = async () =>
      parsed(await client().writeOwnershipTeams({ groups: [group] }));
    const first = await write();
    assert.equal(first.dryRun, false);
    const named = (await read(client())).filter(name => name === 'new-team');
    assert.deepEqual(named, ['new-team']);
    await write();
    const again = (await read(client())).filter(name => name === 'new-team');
    assert.deepEqual(again, ['new-team']);
  });

  it('says which scope is missing, and writes nothing', async () => {
    const before = await teams(client());
    const answer = parsed(
      await client('dt0s16.READONLY.TOKEN').writeOwnershipTeams({
        groups: [group],
      }),
    );
    assert.match(JSON.stringify(answer), /settings:objects:write/);
    assert.deepEqual(await teams(client()), before);
  });

  it('ends when its signal is aborted before it has written', async () => {
    const abort = new AbortController();
    abort.abort();
    await assert.rejects(
      client().writeOwnershipTeams(
        { groups: [group] },
        { signal: abort.signal },
      ),
      { code: 'cancelled' },
    );
    assert.ok(!(await read(client())).includes('new-team'));
  });
});

/** The names of all teams, those of this catalog among them: another mark is another catalog. */
async function read(of) {
  const { groups } = parsed(await of.ownershipTeams({ mark: 'elsewhere' }));
  return groups.map(({ metadata }) => metadata.name);
}
