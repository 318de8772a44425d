import { createDevApp } from '@backstage/frontend-dev-utils';
import {
  ApiBlueprint,
  createFrontendModule,
  createFrontendPlugin,
  PageBlueprint,
} from '@backstage/frontend-plugin-api';
import { dynatraceApiRef } from '../src';
import dynatracePlugin from '../src/alpha';
import { Gallery } from './Gallery';
import { catalogQueries, unknownQuery } from './queryStates';
import { states } from './states';

const gallery = createFrontendPlugin({
  pluginId: 'gallery',
  extensions: [
    PageBlueprint.make({
      params: { path: '/', loader: async () => <Gallery /> },
    }),
  ],
});

async function withoutForms(): Promise<never> {
  throw new Error('the gallery shows cards, not forms');
}

const provokedStates = createFrontendModule({
  pluginId: 'dynatrace',
  extensions: [
    ApiBlueprint.make({
      params: defineParams =>
        defineParams({
          api: dynatraceApiRef,
          deps: {},
          factory: () => ({
            getCardAnswer: async ({ entityRef }) => {
              const name = entityRef.slice(entityRef.indexOf('/') + 1);
              const state = states.get(name) ?? states.get('ready');
              if (!state) {
                throw new Error(`there is no state \`${name}\``);
              }
              return state();
            },
            getCustomQueryAnswer: unknownQuery,
            getCatalogQueryAnswers: catalogQueries,
            getEnvironmentNames: withoutForms,
            getGuardians: withoutForms,
            checkDql: withoutForms,
          }),
        }),
    }),
  ],
});

createDevApp({ features: [dynatracePlugin, provokedStates, gallery] });
