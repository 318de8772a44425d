import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { AddressInfo, createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';

const program = process.env.REDIS_SERVER ?? '/usr/bin/redis-server';

/**
 * Runs a program until the pipe to its standard input closes, which it does when this process ends, however it ends.
 */
const untilWeEnd = '"$@" & cat > /dev/null; kill $!';

/**
 * A Redis with nothing in it, on a loopback port of its own.
 *
 * It outlives the tests: the cache of Backstage never closes its connections, and one that breaks under it is an
 * error nobody handles.
 *
 * @returns its address
 */
export async function startRedis(): Promise<string> {
  if (!existsSync(program)) {
    throw new Error(
      `there is no Redis at ${program}: install redis-server, or name it in the variable REDIS_SERVER`,
    );
  }
  // The port is free until another process takes it in the moment between; then Redis ends and says so.
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const port = await freePort();
    const child = spawn(
      'sh',
      [
        ...['-c', untilWeEnd, 'sh', program],
        ...['--port', `${port}`, '--bind', '127.0.0.1', '--save', ''],
      ],
      { stdio: ['pipe', 'pipe', 'inherit'], cwd: tmpdir() },
    );
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.includes('Ready to accept connections')) {
        child.unref();
        for (const pipe of [child.stdin, child.stdout]) {
          (pipe as unknown as Socket).unref();
        }
        return `redis://127.0.0.1:${port}`;
      }
    }
  }
  throw new Error('Redis does not start');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}
