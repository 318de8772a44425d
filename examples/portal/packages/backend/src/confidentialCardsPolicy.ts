import { createBackendModule } from '@backstage/backend-plugin-api';
import {
  catalogConditions,
  createCatalogConditionalDecision,
} from '@backstage/plugin-catalog-backend/alpha';
import {
  AuthorizeResult,
  isResourcePermission,
} from '@backstage/plugin-permission-common';
import type {
  PermissionPolicy,
  PolicyQuery,
  PolicyQueryUser,
} from '@backstage/plugin-permission-node';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import { dynatracePermissions } from '@grailstage/backstage-plugin-dynatrace-common';

/** What marks an entity whose cards are for its owners only. */
const CONFIDENTIAL = { label: 'webshop.example/confidential', value: 'true' };

const ofDynatrace = new Set(dynatracePermissions.map(({ name }) => name));

/**
 * Everybody may do everything, apart from this: what Dynatrace says of a confidential component, only its owners see.
 */
class ConfidentialCardsPolicy implements PermissionPolicy {
  async handle({ permission }: PolicyQuery, user?: PolicyQueryUser) {
    if (
      !isResourcePermission(permission, 'catalog-entity') ||
      !ofDynatrace.has(permission.name)
    ) {
      return { result: AuthorizeResult.ALLOW as const };
    }
    return createCatalogConditionalDecision(permission, {
      anyOf: [
        { not: catalogConditions.hasLabel(CONFIDENTIAL) },
        catalogConditions.isEntityOwner({
          claims: user?.info.ownershipEntityRefs ?? [],
        }),
      ],
    });
  }
}

/** Sets the policy of the demo portal. */
export const confidentialCardsPolicy = createBackendModule({
  pluginId: 'permission',
  moduleId: 'confidential-cards-policy',
  register(env) {
    env.registerInit({
      deps: { policy: policyExtensionPoint },
      async init({ policy }) {
        policy.setPolicy(new ConfidentialCardsPolicy());
      },
    });
  },
});
