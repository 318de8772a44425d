import {
  Entity,
  parseEntityRef,
  RELATION_OWNED_BY,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { identityApiRef, useApi } from '@backstage/frontend-plugin-api';
import { CatalogApi, catalogApiRef } from '@backstage/plugin-catalog-react';
import { useCallback, useEffect, useState } from 'react';

/**
 * The groups of the reader.
 */
export interface OwningGroups {
  /** Those that own a component that the reader may see, by title; absent until they are known. */
  groups?: Entity[];
  /** Whether the reader is in any group at all. */
  isMember: boolean;
  /** Why they are not known. */
  error?: unknown;
  isPending: boolean;
  retry: () => void;
}

interface Outcome {
  attempt: number;
  groups?: Entity[];
  isMember: boolean;
  error?: unknown;
}

/**
 * Finds the groups of who is signed in that own a component: a group without one would only be asked about in vain.
 */
export function useOwningGroups(): OwningGroups {
  const identity = useApi(identityApiRef);
  const catalog = useApi(catalogApiRef);
  const [attempt, setAttempt] = useState(0);
  const [outcome, setOutcome] = useState<Outcome>();

  useEffect(() => {
    let isWanted = true;
    const found = async (): Promise<Outcome> => {
      const { ownershipEntityRefs } = await identity.getBackstageIdentity();
      const refs = ownershipEntityRefs.filter(isGroup);
      const groups = refs.length > 0 ? await owning(refs, catalog) : [];
      return { attempt, groups, isMember: refs.length > 0 };
    };
    found()
      .catch((error: unknown): Outcome => ({ attempt, error, isMember: false }))
      .then(result => {
        if (isWanted) {
          setOutcome(result);
        }
      });
    return () => {
      isWanted = false;
    };
  }, [identity, catalog, attempt]);

  const retry = useCallback(() => setAttempt(count => count + 1), []);
  return {
    groups: outcome?.groups,
    isMember: outcome?.isMember ?? false,
    error: outcome?.error,
    isPending: outcome?.attempt !== attempt,
    retry,
  };
}

function isGroup(ref: string): boolean {
  return parseEntityRef(ref).kind.toLocaleLowerCase('en-US') === 'group';
}

async function owning(refs: string[], catalog: CatalogApi): Promise<Entity[]> {
  const { items } = await catalog.getEntities({
    filter: { kind: 'component', [`relations.${RELATION_OWNED_BY}`]: refs },
    fields: ['kind', 'metadata.name', 'metadata.namespace', 'relations'],
  });
  const owners = new Set(
    items
      .flatMap(({ relations = [] }) => relations)
      .filter(({ type }) => type === RELATION_OWNED_BY)
      .map(({ targetRef }) => targetRef.toLocaleLowerCase('en-US')),
  );
  const own = refs
    .map(ref => stringifyEntityRef(parseEntityRef(ref)))
    .filter(ref => owners.has(ref));
  if (own.length === 0) {
    return [];
  }
  const { items: groups } = await catalog.getEntitiesByRefs({
    entityRefs: [...new Set(own)],
  });
  return groups
    .filter(group => group !== undefined)
    .toSorted((a, b) => titleOf(a).localeCompare(titleOf(b)));
}

/**
 * What people call a group.
 */
export function titleOf(group: Entity): string {
  const profile: unknown = group.spec?.profile;
  const displayName =
    typeof profile === 'object' && profile !== null
      ? Reflect.get(profile, 'displayName')
      : undefined;
  return typeof displayName === 'string' && displayName
    ? displayName
    : (group.metadata.title ?? group.metadata.name);
}
