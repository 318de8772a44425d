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
 * Permission to see which Site Reliability Guardians an environment has, for those who choose one in a template.
 *
 * @public
 */
export const dynatraceGuardianReadPermission = createPermission({
  name: 'dynatrace.guardian.read',
  attributes: { action: 'read' },
});

/**
 * Permission to have the DQL of a form checked, which costs the backend computing time and asks Dynatrace nothing.
 *
 * @public
 */
export const dynatraceDqlCheckPermission = createPermission({
  name: 'dynatrace.dql.check',
  attributes: { action: 'read' },
});

/**
 * All permissions of the Dynatrace plugin.
 *
 * @public
 */
export const dynatracePermissions = [
  dynatraceCardReadPermission,
  dynatraceCatalogQueryPermission,
  dynatraceGuardianReadPermission,
  dynatraceDqlCheckPermission,
];

/**
 * What templates write to Dynatrace, by kind, each with its permission.
 *
 * @remarks
 *
 * A kind is off until the configuration lists it in `dynatrace.writes`; then the permission is asked of the policy, on
 * behalf of whoever started the template.
 *
 * @public
 */
export const dynatraceWritePermissions = {
  /** Events: software delivery, business */
  event: writePermission('event'),
  /** Site Reliability Guardians */
  guardian: writePermission('guardian'),
  /** Validations by guardians, and runs of the workflows that make them */
  validation: writePermission('validation'),
  /** Ownership teams */
  team: writePermission('team'),
  /** Management zones, and requests for access to them */
  zone: writePermission('zone'),
};

/**
 * A kind of what templates write to Dynatrace.
 *
 * @public
 */
export type DynatraceWriteKind = keyof typeof dynatraceWritePermissions;

function writePermission(kind: string) {
  return createPermission({
    name: `dynatrace.write.${kind}`,
    attributes: { action: 'create' },
  });
}
