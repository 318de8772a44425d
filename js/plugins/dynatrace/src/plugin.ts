import { createFrontendPlugin } from '@backstage/frontend-plugin-api';
import { cardDefinitions } from './cards/cardDefinitions';
import { createCardExtension } from './extensions/createCardExtension';
import { catalogQueriesCard } from './extensions/catalogQueriesCard';
import { dqlQueryCard } from './extensions/dqlQueryCard';
import { dynatraceApi } from './extensions/dynatraceApi';
import { dynatraceEntityContent } from './extensions/dynatraceEntityContent';
import { dynatraceFormFields } from './extensions/dynatraceFormFields';
import { homePageWidget } from './extensions/homePageWidget';

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
    homePageWidget,
    ...cardDefinitions.map(createCardExtension),
    catalogQueriesCard,
    dqlQueryCard,
    ...dynatraceFormFields,
  ],
});
