import { BackstageCredentials } from '@backstage/backend-plugin-api';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { findComponents } from './findComponents';

/** Long enough for the cards of one page. */
const KEPT_MILLIS = 5_000;

/**
 * Finds components as {@link findComponents} does, once for all cards that a user asks for within a few seconds. What one
 * user may see is never given to another one; for services, which have no identity to go by, nothing is kept.
 */
export function createComponentFinder(options: { catalog: CatalogService }) {
  const kept = new Map<
    string,
    { components: Promise<Entity[] | undefined>; until: number }
  >();
  return async (
    entity: Entity,
    credentials: BackstageCredentials,
  ): Promise<Entity[] | undefined> => {
    const find = () => findComponents(entity, { ...options, credentials });
    if (!isOfUser(credentials)) {
      return find();
    }
    const now = Date.now();
    for (const [key, { until }] of kept) {
      if (until <= now) {
        kept.delete(key);
      }
    }
    const key = JSON.stringify([
      credentials.principal,
      stringifyEntityRef(entity),
    ]);
    const known = kept.get(key);
    if (known) {
      return known.components;
    }
    const components = find();
    kept.set(key, { components, until: now + KEPT_MILLIS });
    components.catch(() => kept.delete(key));
    return components;
  };
}

function isOfUser({ principal }: BackstageCredentials): boolean {
  return (
    typeof principal === 'object' &&
    principal !== null &&
    'type' in principal &&
    principal.type === 'user'
  );
}
