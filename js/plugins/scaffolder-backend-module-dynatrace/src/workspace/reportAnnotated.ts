import { LoggerService } from '@backstage/backend-plugin-api';
import { Annotated } from './annotateWorkloads';

/**
 * Tells in the log of a task what was done to files, or in a dry run would be.
 */
export function reportAnnotated(
  { files, left }: Annotated,
  options: { logger: LoggerService; isDryRun?: boolean },
): void {
  const { logger, isDryRun } = options;
  for (const { path, set } of files) {
    const what = set.length > 0 ? set.join(', ') : 'nothing to change';
    logger.info(`${isDryRun ? 'Dry run: ' : ''}${path}: ${what}`);
  }
  for (const { path, reason } of left) {
    logger.info(`${path} is left as it is: ${reason}`);
  }
}
