// @grailstage/core from its tarball, as every kind of consumer loads it.
import assert from 'node:assert/strict';
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { e2e, freshApp, js, run, tarball } from './freshApp.mjs';

const USE = `
const entity = { apiVersion: 'backstage.io/v1alpha1', kind: 'Component', metadata: { name: 'cart' } };
const client = DynatraceClient.create({ config: {} });
const bytes = await client.card({ card: 'kubernetes-deployments', entity });
const { state } = JSON.parse(new TextDecoder().decode(bytes));
const { diagnostics } = checkDql('fetch logs | limt 3');
const { formatted } = formatDql('fetch logs|limit 3');
const { analysis } = explainDql('fetch logs');
const report = [version(), state, diagnostics[0].code, JSON.stringify(formatted), analysis.tables].join(' ');
`;
const EXPECTED = `${js('./core/package.json').version} not-configured UNKNOWN_COMMAND "fetch logs\\n| limit 3\\n" logs`;

describe('the tarball of @grailstage/core', () => {
  let app;

  before(() => {
    app = freshApp({
      'app.cjs': `const { DynatraceClient, checkDql, explainDql, formatDql, version } = require('@grailstage/core');
        (async () => { ${USE} console.log(report); })();`,
      'app.mjs': `import { DynatraceClient, checkDql, explainDql, formatDql, version } from '@grailstage/core';
        ${USE} console.log(report);`,
      'app.test.js': `const { DynatraceClient, checkDql, explainDql, formatDql, version } = require('@grailstage/core');
        test('the module loads', async () => { ${USE} expect(report).toBe(${JSON.stringify(EXPECTED)}); });`,
      'types.ts': `import { DynatraceClient, GrailstageError, cards, checkDql, explainDql, formatDql, init, version } from '@grailstage/core';
        import type { CardAnswer, Cell, DqlAnalysis, DqlFinding, DqlReport, QueryAnswer } from '@grailstage/core';
        export async function use(client: DynatraceClient): Promise<Cell[][]> {
          await init();
          const names: string[] = [...cards(), version()];
          const bytes: Uint8Array = await client.card({ card: names[0]!, entity: {} }, { signal: AbortSignal.timeout(1) });
          const answer: CardAnswer = JSON.parse(new TextDecoder().decode(bytes));
          if (answer.state === 'failed') {
            throw new GrailstageError({ code: 'x', message: answer.notes[0]?.message ?? '', status: 500 });
          }
          return answer.sections.flatMap(section => (section.type === 'table' ? section.rows : []));
        }
        export const report: DqlReport = checkDql('fetch logs', { dialect: 'snippet', lints: true });
        export const lines: number[] = report.diagnostics.map((finding: DqlFinding) => finding.start.line);
        export const text: string | undefined = formatDql('fetch logs').formatted;
        export const analysis: DqlAnalysis | undefined = explainDql('fetch logs', { dialect: 'query' }).analysis;
        export const most: number | undefined = analysis?.rows.kind === 'atMost' ? analysis.rows.count : undefined;
        // @ts-expect-error there are three dialects
        checkDql('fetch logs', { dialect: 'sql' });
        // @ts-expect-error costs are found by the check
        formatDql('fetch logs', { lints: true });
        export type Columns = QueryAnswer['columns'];
        // @ts-expect-error a client is created, not constructed
        new DynatraceClient();
        // @ts-expect-error the state has a closed set of values
        export const state: CardAnswer['state'] = 'good';`,
    });
  });

  it('holds what it needs and no sources', () => {
    const listed = run(app, 'tar', '-tzf', tarball('grailstage-core')).split('\n').filter(Boolean);
    for (const file of ['dist/node.cjs', 'dist/node.mjs', 'dist/browser.mjs', 'dist/inline.cjs', 'index.d.ts']) {
      assert.ok(listed.includes(`package/${file}`), `${file} is missing`);
    }
    assert.ok(listed.includes('package/pkg/grailstage.wasm'));
    assert.deepEqual(listed.filter(file => /package\/(src|test|scripts)\//.test(file)), []);
  });

  it('loads in Node as CommonJS', () => {
    assert.equal(run(app, 'node', 'app.cjs').trim(), EXPECTED);
  });

  it('loads in Node as an ES module', () => {
    assert.equal(run(app, 'node', 'app.mjs').trim(), EXPECTED);
  });

  it('loads in Jest', () => {
    run(app, 'node', js.resolve('jest/bin/jest'), '--rootDir', app);
  });

  for (const [name, options] of Object.entries({
    'a bundler': ['--module', 'esnext', '--moduleResolution', 'bundler'],
    'Node as an ES module': ['--module', 'nodenext', '--moduleResolution', 'nodenext'],
  })) {
    it(`has declarations that TypeScript reads for ${name}`, () => {
      const tsc = js.resolve('typescript/bin/tsc');
      run(app, 'node', tsc, '--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022,dom', ...options, 'types.ts');
    });
  }
});

describe('a browser bundle of @grailstage/core', () => {
  let server;
  let browser;

  before(async () => {
    const app = freshApp({
      'page.js': `import { DynatraceClient, checkDql, explainDql, formatDql, init, version } from '@grailstage/core';
        async function main() {
          await init();
          ${USE}
          document.body.textContent = report;
        }
        main();`,
    });
    const { rspack } = js('@rspack/core');
    const stats = await new Promise((resolve, reject) =>
      rspack(
        { mode: 'production', context: app, entry: './page.js', output: { path: join(app, 'public'), filename: 'page.js' } },
        (error, result) => (error ? reject(error) : resolve(result)),
      ),
    );
    assert.equal(stats.hasErrors(), false, stats.toString());
    server = createServer((request, response) => {
      const file = join(app, 'public', request.url.slice(1));
      if (request.url === '/') {
        response.setHeader('content-type', 'text/html');
        response.end('<!doctype html><title>page</title><body></body><script src="/page.js"></script>');
      } else if (existsSync(file)) {
        response.setHeader('content-type', extname(file) === '.wasm' ? 'application/wasm' : 'text/javascript');
        createReadStream(file).pipe(response);
      } else {
        response.writeHead(404).end();
      }
    });
    await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
    browser = await e2e('playwright-core').chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
  });

  after(async () => {
    await browser?.close();
    server?.close();
  });

  it('fetches the module and answers in Chromium', async () => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.waitForFunction(() => document.body.textContent.includes('not-configured'));
    assert.equal(await page.textContent('body'), EXPECTED);
  });
});
