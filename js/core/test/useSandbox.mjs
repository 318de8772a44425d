import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { after, before, beforeEach } from 'node:test';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { DynatraceClient } from '@grailstage/core';

const program =
  process.env.GRAILSTAGE ??
  fileURLToPath(new URL('../../../target/debug/grailstage', import.meta.url));

/**
 * The sandbox as a process on ports of its own while the tests of a file run, reset before each of them. Its addresses
 * are known once the first test begins.
 */
export function useSandbox() {
  let child;
  const sandbox = {
    /** Where the environment `production` listens. */
    url: undefined,
    /** The origin of the routes that steer it. */
    control: undefined,
    /** A client of `production`. */
    client: (platformToken = 'dt0s16.SANDBOX.TOKEN') =>
      DynatraceClient.create({
        config: {
          environments: [
            { name: 'production', url: sandbox.url, platformToken },
          ],
        },
      }),
  };

  before(async () => {
    assert.ok(
      existsSync(program),
      `there is no sandbox at ${program}: run \`cargo build --package grailstage-cli\`, or name it in the variable GRAILSTAGE`,
    );
    child = spawn(program, ['sandbox', 'serve', '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: child.stdout })) {
      const [name, address] = line.trim().split(/\s+/);
      if (name === 'production') {
        sandbox.url = address;
      } else if (name === 'control') {
        sandbox.control = new URL(address).origin;
        break;
      }
    }
    child.stdout.resume();
  });

  beforeEach(async () => {
    const response = await fetch(`${sandbox.control}/__sandbox/reset`, {
      method: 'POST',
    });
    assert.ok(response.ok);
  });

  after(async () => {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  });

  return sandbox;
}
