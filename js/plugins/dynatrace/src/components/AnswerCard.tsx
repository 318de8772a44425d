import { stringifyEntityRef } from '@backstage/catalog-model';
import { isError } from '@backstage/errors';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import {
  CardAnswer,
  DynatraceCardId,
  dynatraceCardReadPermission,
  dynatraceCards,
  KUBERNETES_NAMESPACE_ANNOTATION,
  Section,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { ReactNode, useEffect } from 'react';
import { CardProps } from '../cards/CardProps';
import { useCardAnswer } from '../hooks/useCardAnswer';
import { useLanguage } from '../hooks/useLanguage';
import { formatAge } from '../text/formatAge';
import { sentence } from '../text/sentence';
import { timeOf } from '../text/timeOf';
import { dynatraceTranslationRef } from '../translation';
import { useCardView } from '../view/CardViewContext';
import { AnswerSections } from './AnswerSections';
import { CardFrame } from './CardFrame';
import { CardSkeleton } from './CardSkeleton';
import { EmptyMessage } from './EmptyMessage';
import { ErrorMessage } from './ErrorMessage';
import { MissingAnnotationMessage } from './MissingAnnotationMessage';
import { NoteList } from './NoteList';
import { NotConfiguredMessage } from './NotConfiguredMessage';
import { PermittedCard } from './PermittedCard';
import { StateMessage } from './StateMessage';

/**
 * Props of {@link AnswerCard}.
 */
export interface AnswerCardProps extends CardProps {
  /** Id of the card. */
  card: DynatraceCardId;
}

/** What the backend says of an environment that is not configured. */
const UNKNOWN_ENVIRONMENT = 'unknown-environment';

/**
 * A card: asks, if its reader may see the answer, and draws whatever comes of it.
 */
export function AnswerCard(props: AnswerCardProps) {
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const title = props.title ?? t(`cards.${props.card}.title`);
  return (
    <PermittedCard permission={dynatraceCardReadPermission} title={title}>
      <AskingCard {...props} title={title} />
    </PermittedCard>
  );
}

function AskingCard(props: AnswerCardProps & { title: string }) {
  const { card, timeframe, title } = props;
  const { entity } = useEntity();
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const language = useLanguage();
  const { view, onEnvironments, onUnknownEnvironment } = useCardView();
  const { answer, error, failure, isPending, refresh } = useCardAnswer(
    card,
    stringifyEntityRef(entity),
    view.from === undefined && timeframe !== undefined
      ? { ...view, from: timeframe }
      : view,
  );
  const age = answer && formatAge(timeOf(answer), Date.now(), language);
  useEffect(() => {
    if (answer) {
      onEnvironments(answer.configuredEnvironments);
    }
  }, [answer, onEnvironments]);
  useEffect(() => {
    if (isError(error) && Reflect.get(error, 'code') === UNKNOWN_ENVIRONMENT) {
      onUnknownEnvironment(error);
    }
  }, [error, onUnknownEnvironment]);
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
      {failure && age && (
        <>
          <StateMessage
            action={{
              label: t('card.retry'),
              isPending,
              onPress: refresh,
            }}
            details={[sentence(t('failed.title'))]}
            title={t('stale.title', { age })}
            tone="warning"
          />
          <NoteList label={t('failed.title')} notes={failure.notes} />
        </>
      )}
      {answer && (
        <AnswerContent
          {...props}
          answer={answer}
          title={title}
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
    title: string;
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
        <>
          <MissingAnnotationMessage annotations={answer.annotations ?? []} />
          <Notes answer={answer} title={title} />
        </>
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

function Findings(
  props: AnswerCardProps & { answer: CardAnswer; title: string },
) {
  const { answer, card, title, pageSize, emptyState: EmptyState } = props;
  const { entity } = useEntity();
  const { t } = useTranslationRef(dynatraceTranslationRef);
  if (!answer.sections.every(isEmpty)) {
    return (
      <AnswerSections
        fileName={[entity.metadata.name, card]}
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
      help={t(`cards.${card}.emptyHelp`)}
      selectedBy={selectedBy(card)}
      title={t(`cards.${card}.emptyTitle`)}
    />
  );
}

/** The annotations that an empty card names. The namespace only narrows, so the card does not ask for it. */
function selectedBy(card: DynatraceCardId): string[] {
  return card === 'kubernetes-deployments'
    ? [...dynatraceCards[card], KUBERNETES_NAMESPACE_ANNOTATION]
    : [...dynatraceCards[card]];
}

function isEmpty(section: Section): boolean {
  return section.type === 'table'
    ? section.rows.length === 0
    : section.series.every(({ values }) => values.every(v => v === null));
}
