import { createBackend } from '@backstage/backend-defaults';
import { confidentialCardsPolicy } from './confidentialCardsPolicy.ts';

const backend = createBackend();

backend.add(import('@backstage/plugin-app-backend'));

backend.add(import('@backstage/plugin-auth-backend'));
backend.add(import('@backstage/plugin-auth-backend-module-guest-provider'));

backend.add(import('@backstage/plugin-permission-backend'));
backend.add(confidentialCardsPolicy);

backend.add(import('@backstage/plugin-catalog-backend'));
backend.add(import('@backstage/plugin-catalog-backend-module-logs'));
backend.add(
  import('@backstage/plugin-catalog-backend-module-scaffolder-entity-model'),
);

backend.add(
  import('@grailstage/backstage-plugin-catalog-backend-module-dynatrace'),
);

backend.add(import('@backstage/plugin-scaffolder-backend'));

backend.add(import('@grailstage/backstage-plugin-dynatrace-backend'));
backend.add(
  import('@grailstage/backstage-plugin-scaffolder-backend-module-dynatrace'),
);

backend.start();
