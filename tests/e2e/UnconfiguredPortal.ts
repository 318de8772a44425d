import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const portal = fileURLToPath(new URL('../../examples/portal', import.meta.url));

/** The portal of the demo as it is before anybody configures an environment of Dynatrace. */
export class UnconfiguredPortal {
  private constructor(
    readonly url: string,
    private readonly program: ChildProcess,
    private readonly folder: string,
  ) {}

  /** Starts it beside the demo, and waits until it answers. */
  static async start(): Promise<UnconfiguredPortal> {
    const folder = await mkdtemp(path.join(tmpdir(), 'portal-'));
    const config = path.join(folder, 'app-config.yaml');
    await writeFile(config, 'dynatrace: { environments: [], queries: [] }\n');
    const port = await freePort();
    const program = spawn(
      'npm',
      ['run', 'start', '--', '--config', 'app-config.yaml', '--config', config],
      {
        cwd: portal,
        env: { ...process.env, PORTAL_PORT: `${port}` },
        // npm starts node as a child of its own: the group is what has to end.
        detached: true,
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
    const started = new UnconfiguredPortal(
      `http://127.0.0.1:${port}`,
      program,
      folder,
    );
    try {
      await started.ready();
    } catch (error) {
      await started.stop();
      throw error;
    }
    return started;
  }

  async stop(): Promise<void> {
    if (this.program.exitCode === null && this.program.pid !== undefined) {
      const exit = once(this.program, 'exit');
      process.kill(-this.program.pid, 'SIGKILL');
      await exit;
    }
    await rm(this.folder, { recursive: true });
  }

  private async ready(): Promise<void> {
    const deadline = Date.now() + 60_000;
    while (Date.now() < deadline && this.program.exitCode === null) {
      const response = await fetch(
        `${this.url}/.backstage/health/v1/readiness`,
      ).catch(() => undefined);
      if (response?.ok && (await this.knowsCart())) {
        return;
      }
      await new Promise(resolve => setTimeout(resolve, 300));
    }
    throw new Error(`the portal at ${this.url} did not start`);
  }

  /** Whether the catalog has read the components: a guest is needed to ask. */
  private async knowsCart(): Promise<boolean> {
    const session = await fetch(`${this.url}/api/auth/guest/refresh`, {
      method: 'POST',
    });
    const { backstageIdentity } = (await session.json()) as {
      backstageIdentity: { token: string };
    };
    const { ok } = await fetch(
      `${this.url}/api/catalog/entities/by-name/component/default/cart`,
      { headers: { authorization: `Bearer ${backstageIdentity.token}` } },
    );
    return ok;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') {
    throw new Error('no port is free');
  }
  return address.port;
}
