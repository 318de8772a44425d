import { CardBody, CardHeader, Text } from '@backstage/ui';
import { ReactNode, useId } from 'react';
import { CardSurface } from './CardSurface';
import { ErrorBoundary } from './ErrorBoundary';
import { ErrorMessage } from './ErrorMessage';

/**
 * Draws a card, or in its place why it cannot be drawn.
 */
export function CardBoundary(props: {
  title?: string;
  /** What the card draws: where it changes it is drawn again. */
  about?: unknown;
  /** What another try begins with. */
  onRetry?: () => void;
  children: ReactNode;
}) {
  const { title, about, onRetry, children } = props;
  const titleId = useId();
  return (
    <ErrorBoundary
      about={about}
      fallback={(error, retry) => (
        <CardSurface titleId={title && titleId}>
          {title && (
            <CardHeader>
              <Text as="h2" id={titleId} variant="title-x-small" weight="bold">
                {title}
              </Text>
            </CardHeader>
          )}
          <CardBody>
            <ErrorMessage
              error={error}
              onRetry={() => {
                onRetry?.();
                retry();
              }}
            />
          </CardBody>
        </CardSurface>
      )}
    >
      {children}
    </ErrorBoundary>
  );
}
