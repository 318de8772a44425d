import { createComponentExtension } from '@backstage/core-plugin-api';
import { dynatracePlugin } from './dynatracePlugin';

/**
 * The state of all components of each group of who is signed in, for the home page of the legacy frontend system.
 *
 * @public
 */
export const HomePageDynatraceCard = dynatracePlugin.provide(
  createComponentExtension({
    name: 'HomePageDynatraceCard',
    component: {
      lazy: () =>
        import('../components/HomePageContent').then(
          module => module.HomePageContent,
        ),
    },
  }),
);
