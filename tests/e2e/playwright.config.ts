import { defineConfig } from '@playwright/test';

// Runs against a demo that is up: `cargo xtask test` starts one and sets these.
export const portalUrl = process.env.PORTAL_URL ?? 'http://127.0.0.1:7007';
/** The port of the controls, which answers while environments are stopped. */
export const sandboxUrl = process.env.SANDBOX_URL ?? 'http://127.0.0.1:7082';

export default defineConfig({
  testDir: '.',
  // Faults are met only by what nobody has asked for yet: those tests come first.
  projects: [
    { name: 'states', testMatch: 'states.spec.ts' },
    { name: 'answers', testIgnore: 'states.spec.ts' },
  ],
  outputDir: '../../target/e2e/results',
  reporter: 'list',
  // All tests share one sandbox, and one of them stops half of it.
  workers: 1,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  use: {
    baseURL: portalUrl,
    locale: 'en-GB',
    timezoneId: 'UTC',
    actionTimeout: 15_000,
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
