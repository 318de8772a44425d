import { createFrontendPlugin } from '@backstage/frontend-plugin-api';
import { cardDefinitions } from './cards/cardDefinitions';
import { createCardExtension } from './extensions/createCardExtension';
import { dynatraceApi } from './extensions/dynatraceApi';
import { dynatraceEntityContent } from './extensions/dynatraceEntityContent';
import { dynatraceFormFields } from './extensions/dynatraceFormFields';

/**
 * The Dynatrace plugin for the new frontend system.
 *
 * @public
 */
export default createFrontendPlugin({
  pluginId: 'dynatrace',
  title: 'Dynatrace',
  info: { packageJson: () => import('../package.json') },
  extensions: [
    dynatraceApi,
    dynatraceEntityContent,
    ...cardDefinitions.map(createCardExtension),
    ...dynatraceFormFields,
  ],
});
