import { BackstageCredentials } from '@backstage/backend-plugin-api';
import {
  Entity,
  RELATION_CHILD_OF,
  RELATION_OWNED_BY,
  RELATION_PART_OF,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { CatalogService } from '@backstage/plugin-catalog-node';

/** What a reference is made of. */
const REF_FIELDS = ['kind', 'metadata.name', 'metadata.namespace'];

/** How far down groups and domains are followed: each level is one more request to the catalog. */
const MAX_LEVELS = 10;

/** How many references one request has: they stand in its address, whose length is limited. */
const REFS_A_REQUEST = 50;

/**
 * Finds the components that a system or domain consists of, or a group owns, with its subdomains or child groups, as far as
 * the caller may see them.
 *
 * @returns `undefined` for an entity that stands for itself
 */
export async function findComponents(
  entity: Entity,
  options: { catalog: CatalogService; credentials: BackstageCredentials },
): Promise<Entity[] | undefined> {
  const { catalog, credentials } = options;

  const related = async (
    kind: string,
    relation: string,
    refs: string[],
    fields?: string[],
  ) => {
    const found = new Map<string, Entity>();
    for (let start = 0; start < refs.length; start += REFS_A_REQUEST) {
      const some = refs.slice(start, start + REFS_A_REQUEST);
      const filter = { kind, [`relations.${relation}`]: some };
      const { items } = await catalog.getEntities(
        { filter, fields },
        { credentials },
      );
      items.forEach(item => found.set(stringifyEntityRef(item), item));
    }
    return found;
  };
  const refsOf = async (kind: string, relation: string, refs: string[]) => [
    ...(await related(kind, relation, refs, REF_FIELDS)).keys(),
  ];
  const componentsOf = async (relation: string, refs: string[]) => [
    ...(await related('component', relation, refs)).values(),
  ];
  const withAllBelow = async (kind: string, relation: string) => {
    const known = new Set([stringifyEntityRef(entity)]);
    let level = [...known];
    for (let depth = 0; depth < MAX_LEVELS && level.length > 0; depth += 1) {
      const below = await refsOf(kind, relation, level);
      level = below.filter(ref => !known.has(ref));
      level.forEach(ref => known.add(ref));
    }
    return [...known];
  };

  switch (entity.kind.toLocaleLowerCase('en-US')) {
    case 'system':
      return componentsOf(RELATION_PART_OF, [stringifyEntityRef(entity)]);
    case 'group':
      return componentsOf(
        RELATION_OWNED_BY,
        await withAllBelow('group', RELATION_CHILD_OF),
      );
    case 'domain': {
      const domains = await withAllBelow('domain', RELATION_PART_OF);
      const systems = await refsOf('system', RELATION_PART_OF, domains);
      return componentsOf(RELATION_PART_OF, systems);
    }
    default:
      return undefined;
  }
}
