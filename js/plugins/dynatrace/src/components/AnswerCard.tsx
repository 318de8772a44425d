import { stringifyEntityRef } from '@backstage/catalog-model';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import {
  CardAnswer,
  Section,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { ReactNode } from 'react';
import { CardProps } from '../cards/CardProps';
import { useCardAnswer } from '../hooks/useCardAnswer';
import { useLanguage } from '../hooks/useLanguage';
import { formatAge } from '../text/formatAge';
import { dynatraceTranslationRef } from '../translation';
import { AnswerSections } from './AnswerSections';
import { CardFrame } from './CardFrame';
import { CardSkeleton } from './CardSkeleton';
import { EmptyMessage } from './EmptyMessage';
import { ErrorMessage } from './ErrorMessage';
import { MissingAnnotationMessage } from './MissingAnnotationMessage';
import { NoteList } from './NoteList';
import { NotConfiguredMessage } from './NotConfiguredMessage';
import { StateMessage } from './StateMessage';

/**
 * Props of {@link AnswerCard}.
 */
export interface AnswerCardProps extends CardProps {
  /** Id of the card. */
  card: string;
  title: string;
  /** What it means that there are no rows, and what to do then. */
  emptyTitle: string;
  emptyHelp: string;
  /** Annotations that narrow what is searched, for an empty card to name. */
  selectedBy: string[];
}

/**
 * A card: asks, and draws whatever comes of it.
 */
export function AnswerCard(props: AnswerCardProps) {
  const { card, title } = props;
  const { entity } = useEntity();
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const language = useLanguage();
  const { answer, error, isPending, refresh } = useCardAnswer(
    card,
    stringifyEntityRef(entity),
  );
  const age =
    answer && formatAge(Date.parse(answer.askedAt), Date.now(), language);
  return (
    <CardFrame
      answer={answer}
      isPending={isPending}
      onRefresh={refresh}
      title={title}
    >
      {error !== undefined && (
        <ErrorMessage
          error={error}
          isPending={isPending}
          onRetry={refresh}
          stale={age && t('stale.title', { age })}
        />
      )}
      {answer && (
        <AnswerContent
          {...props}
          answer={answer}
          isPending={isPending}
          onRetry={refresh}
        />
      )}
      {!answer && error === undefined && <CardSkeleton />}
    </CardFrame>
  );
}

function AnswerContent(
  props: AnswerCardProps & {
    answer: CardAnswer;
    isPending: boolean;
    onRetry: () => void;
  },
) {
  const { answer, title, isPending, onRetry } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  switch (answer.state) {
    case 'not-configured':
      return <NotConfiguredMessage />;
    case 'missing-annotation':
      return (
        <MissingAnnotationMessage annotations={answer.annotations ?? []} />
      );
    case 'failed':
      return (
        <>
          <StateMessage
            action={{ label: t('card.retry'), isPending, onPress: onRetry }}
            title={t('failed.title')}
            tone="danger"
          />
          <Notes answer={answer} title={title} />
        </>
      );
    default:
      return (
        <>
          <Findings {...props} />
          <Notes answer={answer} title={title} />
        </>
      );
  }
}

function Notes(props: { answer: CardAnswer; title: string }): ReactNode {
  const { t } = useTranslationRef(dynatraceTranslationRef);
  return (
    <NoteList
      label={t('notes.title', { title: props.title })}
      notes={props.answer.notes}
    />
  );
}

function Findings(props: AnswerCardProps & { answer: CardAnswer }) {
  const { answer, card, title, pageSize, emptyState: EmptyState } = props;
  const { entity } = useEntity();
  if (!answer.sections.every(isEmpty)) {
    return (
      <AnswerSections
        pageSize={pageSize ?? 10}
        sections={answer.sections}
        title={title}
      />
    );
  }
  return EmptyState ? (
    <EmptyState
      componentName={entity.metadata.name}
      queryName={card}
      queryNamespace="dynatrace"
    />
  ) : (
    <EmptyMessage
      answer={answer}
      help={props.emptyHelp}
      selectedBy={props.selectedBy}
      title={props.emptyTitle}
    />
  );
}

function isEmpty(section: Section): boolean {
  return section.type === 'table'
    ? section.rows.length === 0
    : section.series.every(({ values }) => values.every(v => v === null));
}
