import { stringifyEntityRef } from '@backstage/catalog-model';
import { useEntity } from '@backstage/plugin-catalog-react';
import { usePermission } from '@backstage/plugin-permission-react';
import { dynatraceCardReadPermission } from '@grailstage/backstage-plugin-dynatrace-common';
import { ReactNode } from 'react';
import { DynatraceRequestError } from '../api';
import { CardFrame } from './CardFrame';
import { CardSkeleton } from './CardSkeleton';
import { ErrorMessage } from './ErrorMessage';

/**
 * Mounts a card only once its reader may see it, so that nothing is asked for those who may not. Where the permission
 * cannot be found out the card is mounted: the backend decides in any case, and says what is wrong.
 */
export function PermittedCard(props: {
  /** The resource is the entity. */
  permission: typeof dynatraceCardReadPermission;
  /** What to do where it is not granted, if the permission is not that of cards. */
  help?: string;
  title: string;
  children: ReactNode;
}) {
  const { permission, help, title, children } = props;
  const { entity } = useEntity();
  const resourceRef = stringifyEntityRef(entity);
  const { loading, allowed, error } = usePermission({
    permission,
    resourceRef,
  });
  if (allowed || error) {
    return <>{children}</>;
  }
  return (
    <CardFrame isPending={loading} title={title}>
      {loading ? (
        <CardSkeleton />
      ) : (
        <ErrorMessage
          error={
            new DynatraceRequestError({
              code: 'not-allowed',
              message: `the permission \`${permission.name}\` is not granted for \`${resourceRef}\``,
              help,
              status: 403,
            })
          }
        />
      )}
    </CardFrame>
  );
}
