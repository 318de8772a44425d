import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { CardBody, CardHeader, Text } from '@backstage/ui';
import { cardDefinitions, cardForQueryId } from '../cards/cardDefinitions';
import { CardProps } from '../cards/CardProps';
import { dynatraceTranslationRef } from '../translation';
import { CardSurface } from './CardSurface';
import { CustomQueryCard } from './CustomQueryCard';
import styles from './DqlQueryCard.module.css';
import { LazyCard } from './LazyCard';
import { StateMessage } from './StateMessage';

/**
 * Props of a card that is chosen by its query id.
 *
 * @public
 */
export interface DqlQueryCardProps extends CardProps {
  /** Id of a query, for example `dynatrace.kubernetes-deployments`, or `custom.…` for one of the configuration. */
  queryId: string;
}

const CUSTOM = 'custom.';

/**
 * The card that answers a query of `@dynatrace/backstage-plugin-dql`.
 */
export function DqlQueryCard(props: DqlQueryCardProps) {
  const { queryId, ...cardProps } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const definition = cardForQueryId(queryId);
  if (definition) {
    return <LazyCard {...cardProps} card={definition.id} />;
  }
  if (queryId.toLowerCase().startsWith(CUSTOM)) {
    return (
      <CustomQueryCard
        {...cardProps}
        key={queryId}
        query={queryId.slice(CUSTOM.length)}
      />
    );
  }
  return (
    <CardSurface>
      {props.title && (
        <CardHeader>
          <Text as="h2" variant="title-x-small" weight="bold">
            {props.title}
          </Text>
        </CardHeader>
      )}
      <CardBody>
        <StateMessage
          details={[t('unknownQuery.known')]}
          title={t('unknownQuery.title', { queryId })}
          tone="warning"
        >
          <ul className={styles.known}>
            {cardDefinitions.map(card => (
              <li key={card.id}>
                <code>{card.queryId}</code>
              </li>
            ))}
          </ul>
        </StateMessage>
      </CardBody>
    </CardSurface>
  );
}
