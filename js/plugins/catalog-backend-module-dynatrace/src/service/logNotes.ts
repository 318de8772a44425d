import { LoggerService } from '@backstage/backend-plugin-api';
import { Note } from '@grailstage/core';

/**
 * Logs what there is to know about an answer, each note at its severity.
 */
export function logNotes(logger: LoggerService, notes: Note[]): void {
  for (const { severity, environment, message, help } of notes) {
    const where = environment ? `Dynatrace environment '${environment}': ` : '';
    const text = [`${where}${message}`, help].filter(Boolean).join('; ');
    if (severity === 'info') {
      logger.debug(text);
    } else {
      logger.warn(text);
    }
  }
}
