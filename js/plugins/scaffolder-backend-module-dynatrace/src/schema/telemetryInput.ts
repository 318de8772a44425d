import type { z as zod } from 'zod/v3';

type Zod = typeof zod;

/**
 * What a plan of telemetry is made for: the input of the actions that make one.
 */
export const telemetryInput = {
  service: (z: Zod) => z.string().min(1).describe('The name of the service'),
  language: (z: Zod) =>
    z
      .enum([
        'python',
        'java',
        'nodejs',
        'dotnet',
        'go',
        'php',
        'ruby',
        'rust',
        'other',
      ])
      .describe('What it is written in'),
  framework: (z: Zod) =>
    z
      .string()
      .optional()
      .describe(
        'What it is built on, such as `fastapi`; for Python it names a package',
      ),
  baseImage: (z: Zod) =>
    z
      .string()
      .optional()
      .describe(
        'The image its own is built from, such as `python:3.13-alpine`: tells the C library',
      ),
  libc: (z: Zod) =>
    z
      .enum(['glibc', 'musl', 'static', 'unknown'])
      .optional()
      .describe('The C library, where the image does not tell it'),
  orchestrator: (z: Zod) =>
    z
      .enum(['kubernetes', 'docker', 'host', 'serverless'])
      .describe('What runs it'),
  oneAgentMode: (z: Zod) =>
    z
      .enum([
        'cloud-native-full-stack',
        'classic-full-stack',
        'application-monitoring',
        'host-monitoring',
        'none',
      ])
      .describe('How OneAgent is rolled out there'),
  preferOpenTelemetry: (z: Zod) =>
    z
      .boolean()
      .optional()
      .describe(
        'Whether OpenTelemetry is used even where a code module could trace; default false',
      ),
  collector: (z: Zod) =>
    z
      .boolean()
      .optional()
      .describe('Whether OTLP goes through a collector; default false'),
  collectorEndpoint: (z: Zod) =>
    z
      .string()
      .optional()
      .describe(
        'The address of the collector; default `http://otel-collector:4318`',
      ),
  otlpEndpoint: (z: Zod) =>
    z
      .string()
      .optional()
      .describe(
        'The OTLP address of the environment; where absent, the secret has it',
      ),
  secret: (z: Zod) =>
    z
      .string()
      .optional()
      .describe(
        'The Kubernetes secret with address and token; default `dynatrace-otlp`',
      ),
  metricsPort: (z: Zod) =>
    z
      .number()
      .int()
      .min(1)
      .max(65535)
      .optional()
      .describe('The port on which it has its metrics for Prometheus'),
  metricsPath: (z: Zod) =>
    z.string().optional().describe('Their path; default `/metrics`'),
};
