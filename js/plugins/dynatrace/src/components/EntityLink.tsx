import { useEntityRefLink } from '@backstage/plugin-catalog-react';
import { Link } from '@backstage/ui';
import { EntityCell } from '@grailstage/backstage-plugin-dynatrace-common';

/**
 * A link to the page of an entity in the catalog.
 */
export function EntityLink(props: { entity: EntityCell }) {
  const { text, entityRef } = props.entity;
  const hrefOf = useEntityRefLink();
  return (
    <Link href={hrefOf(entityRef)} variant="body-medium">
      {text}
    </Link>
  );
}
