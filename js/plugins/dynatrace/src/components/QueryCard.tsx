import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import { CardAnswer } from '@grailstage/backstage-plugin-dynatrace-common';
import { CardProps } from '../cards/CardProps';
import { ShownQuery } from '../hooks/ShownQuery';
import { dynatraceTranslationRef } from '../translation';
import { AnswerSections } from './AnswerSections';
import { CardBoundary } from './CardBoundary';
import { CardFrame } from './CardFrame';
import { EmptyMessage } from './EmptyMessage';
import { FailureMessage } from './FailureMessage';
import { isEmptySection } from './isEmptySection';
import { NotAskedMessage } from './NotAskedMessage';
import { NoteList } from './NoteList';
import { NotConfiguredMessage } from './NotConfiguredMessage';
import { QueryRefusalMessage } from './QueryRefusalMessage';
import { StateMessage } from './StateMessage';

/**
 * Props of {@link QueryCard}.
 */
export interface QueryCardProps extends CardProps {
  query: ShownQuery;
  /** Why the answer could not be brought up to date. */
  error?: unknown;
  isPending: boolean;
  onRefresh: () => void;
}

/** The note that takes the place of an answer. */
const NOT_ASKED = 'not-asked-here';

/**
 * What one query of the configuration or of an entity came to: what it found, or why it was not asked.
 */
export function QueryCard(props: QueryCardProps) {
  const { query, error, isPending, onRefresh } = props;
  const { answer, failure, refusal } = query;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const title = props.title ?? query.description ?? nameOf(query.id);
  return (
    <CardBoundary about={query} onRetry={onRefresh} title={title}>
      <CardFrame
        answer={answer}
        isPending={isPending}
        onRefresh={onRefresh}
        title={title}
      >
        <FailureMessage
          answer={answer}
          error={error}
          failure={failure}
          isPending={isPending}
          onRetry={onRefresh}
        />
        {refusal && <QueryRefusalMessage refusal={refusal} title={title} />}
        {answer && <Findings {...props} answer={answer} title={title} />}
        {answer && (
          <NoteList
            label={t('notes.title', { title })}
            notes={answer.notes.filter(({ code }) => code !== NOT_ASKED)}
          />
        )}
      </CardFrame>
    </CardBoundary>
  );
}

function Findings(
  props: QueryCardProps & { answer: CardAnswer; title: string },
) {
  const { answer, query, title, pageSize, isPending, onRefresh } = props;
  const { emptyState: EmptyState } = props;
  const { entity } = useEntity();
  const { t } = useTranslationRef(dynatraceTranslationRef);
  if (answer.state === 'not-configured') {
    return <NotConfiguredMessage />;
  }
  if (answer.state === 'failed') {
    return (
      <StateMessage
        action={{ label: t('card.retry'), isPending, onPress: onRefresh }}
        title={t('failed.title')}
        tone="danger"
      />
    );
  }
  if (!answer.sections.every(isEmptySection)) {
    return (
      <AnswerSections
        exactTimes
        fileName={[entity.metadata.name, query.id]}
        pageSize={pageSize ?? 10}
        sections={answer.sections}
        title={title}
      />
    );
  }
  const notAsked = answer.notes.find(({ code }) => code === NOT_ASKED);
  if (notAsked) {
    return <NotAskedMessage note={notAsked} />;
  }
  return EmptyState ? (
    <EmptyState
      componentName={entity.metadata.name}
      queryName={nameOf(query.id)}
      queryNamespace={query.id.slice(0, query.id.indexOf('.'))}
    />
  ) : (
    <EmptyMessage
      answer={answer}
      help={t('query.emptyHelp')}
      selectedBy={[]}
      title={t('query.emptyTitle')}
    />
  );
}

/** The id without its namespace. */
function nameOf(id: string): string {
  return id.slice(id.indexOf('.') + 1);
}
