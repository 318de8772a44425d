import { RESOURCE_TYPE_CATALOG_ENTITY } from '@backstage/plugin-catalog-common/alpha';
import { createPermission } from '@backstage/plugin-permission-common';

/**
 * Permission to see the Dynatrace cards of a catalog entity.
 *
 * @remarks
 *
 * The resource is the entity, so a policy may answer with the catalog's conditions, for example that the user owns it.
 *
 * @public
 */
export const dynatraceCardReadPermission = createPermission({
  name: 'dynatrace.card.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/**
 * All permissions of the Dynatrace plugin.
 *
 * @public
 */
export const dynatracePermissions = [dynatraceCardReadPermission];
