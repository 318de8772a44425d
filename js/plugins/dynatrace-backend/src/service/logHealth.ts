import { LoggerService } from '@backstage/backend-plugin-api';
import {
  EnvironmentHealth,
  HealthAnswer,
} from '@grailstage/backstage-plugin-dynatrace-common';

/**
 * Writes how the environments fare into the log, a line for each.
 *
 * @param health - UTF-8 JSON of a `HealthAnswer`
 */
export function logHealth(health: Uint8Array, logger: LoggerService): void {
  const answer: HealthAnswer = JSON.parse(new TextDecoder().decode(health));
  for (const environment of answer.environments) {
    // What is wrong with the configuration has been told when it was read.
    if (environment.error?.code === 'invalid-config') {
      continue;
    }
    if (environment.state === 'ok') {
      logger.info(`Dynatrace environment '${environment.name}' works`);
    } else {
      logger.warn(
        `Dynatrace environment '${environment.name}' ${
          environment.state === 'failed' ? 'cannot be used' : 'is limited'
        }: ${describe(environment).join('; ')}`,
      );
    }
  }
}

function describe(environment: EnvironmentHealth): string[] {
  const { error, missingScopes, clockSkewMillis } = environment;
  const reasons = [];
  if (error) {
    reasons.push(error.message);
    if (error.help) {
      reasons.push(error.help);
    }
  }
  for (const { card, scopes } of missingScopes) {
    reasons.push(`card '${card}' lacks ${scopes.join(', ')}`);
  }
  if (clockSkewMillis && Math.abs(clockSkewMillis) > 60_000) {
    const seconds = Math.round(Math.abs(clockSkewMillis) / 1000);
    const direction = clockSkewMillis > 0 ? 'behind' : 'ahead of';
    reasons.push(
      `the clock here is ${seconds} s ${direction} that of Dynatrace`,
    );
  }
  return reasons;
}
