import { createExtensionPoint } from '@backstage/backend-plugin-api';
import { Observer } from './service/Observer';

/**
 * Adds listeners to what the plugin does in Dynatrace.
 */
export const observersExtensionPoint = createExtensionPoint<{
  addObserver(observer: Observer): void;
}>({ id: 'dynatrace.observers' });
