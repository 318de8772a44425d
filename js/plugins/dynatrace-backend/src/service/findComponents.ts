import { BackstageCredentials } from '@backstage/backend-plugin-api';
import {
  Entity,
  RELATION_OWNED_BY,
  RELATION_PART_OF,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { CatalogService } from '@backstage/plugin-catalog-node';

/**
 * Finds the components that a system or domain consists of, or a group owns, as far as the caller may see them.
 *
 * @returns `undefined` for an entity that stands for itself
 */
export async function findComponents(
  entity: Entity,
  options: { catalog: CatalogService; credentials: BackstageCredentials },
): Promise<Entity[] | undefined> {
  const { catalog, credentials } = options;
  const related = async (kind: string, relation: string, refs: string[]) => {
    if (refs.length === 0) {
      return [];
    }
    const filter = { kind, [`relations.${relation}`]: refs };
    const { items } = await catalog.getEntities({ filter }, { credentials });
    return items;
  };
  const self = [stringifyEntityRef(entity)];
  switch (entity.kind.toLocaleLowerCase('en-US')) {
    case 'system':
      return related('component', RELATION_PART_OF, self);
    case 'group':
      return related('component', RELATION_OWNED_BY, self);
    case 'domain': {
      const systems = await related('system', RELATION_PART_OF, self);
      const refs = systems.map(system => stringifyEntityRef(system));
      return related('component', RELATION_PART_OF, refs);
    }
    default:
      return undefined;
  }
}
