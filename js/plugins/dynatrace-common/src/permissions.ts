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
 * Permission to see the answers of the queries that a catalog entity holds in `metadata.dynatrace.queries`.
 *
 * @remarks
 *
 * Whoever may change the entity chooses the query, and it is asked with the credentials of the environment, within
 * `dynatrace.policy`.
 *
 * @public
 */
export const dynatraceCatalogQueryPermission = createPermission({
  name: 'dynatrace.query.catalog',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/**
 * All permissions of the Dynatrace plugin.
 *
 * @public
 */
export const dynatracePermissions = [
  dynatraceCardReadPermission,
  dynatraceCatalogQueryPermission,
];
