import { stringifyEntityRef } from '@backstage/catalog-model';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import { CardAnswer } from '@grailstage/backstage-plugin-dynatrace-common';
import { useLanguage } from '../hooks/useLanguage';
import { formatList } from '../text/formatList';
import { dynatraceTranslationRef } from '../translation';
import styles from './EmptyMessage.module.css';
import { StateMessage } from './StateMessage';

/**
 * Says that nothing was found, what was searched, and what to check.
 */
export function EmptyMessage(props: {
  answer: CardAnswer;
  title: string;
  help: string;
  selectedBy: string[];
}) {
  const { answer, title, help, selectedBy } = props;
  const { entity } = useEntity();
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const language = useLanguage();
  const selectors = selectedBy.flatMap(annotation => {
    const value = entity.metadata.annotations?.[annotation];
    return value ? [{ annotation, value }] : [];
  });
  const searched = {
    environments: formatList(
      answer.environments
        .filter(({ state }) => state === 'ready')
        .map(({ name }) => `\`${name}\``),
      language,
    ),
    entity: `\`${stringifyEntityRef(entity)}\``,
  };
  return (
    <StateMessage
      details={[
        help,
        selectors.length > 0
          ? t('empty.searched', searched)
          : t('empty.searchedPlain', searched),
      ]}
      title={title}
      tone="neutral"
    >
      {selectors.length > 0 && (
        <dl className={styles.selectors}>
          {selectors.map(({ annotation, value }) => (
            <div key={annotation} className={styles.selector}>
              <dt>{annotation}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </StateMessage>
  );
}
