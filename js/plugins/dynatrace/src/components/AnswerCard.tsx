import { stringifyEntityRef } from '@backstage/catalog-model';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import {
  CardAnswer,
  DynatraceCardId,
  dynatraceCardReadPermission,
  dynatraceCards,
  KUBERNETES_NAMESPACE_ANNOTATION,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { ReactNode } from 'react';
import { CardProps } from '../cards/CardProps';
import { useCardAnswer } from '../hooks/useCardAnswer';
import { useViewReport } from '../hooks/useViewReport';
import { sentence } from '../text/sentence';
import { dynatraceTranslationRef } from '../translation';
import { useCardView } from '../view/CardViewContext';
import { AnswerSections } from './AnswerSections';
import { CardBoundary } from './CardBoundary';
import { CardFrame } from './CardFrame';
import { CardSkeleton } from './CardSkeleton';
import { EmptyMessage } from './EmptyMessage';
import { FailureMessage } from './FailureMessage';
import { isEmptySection } from './isEmptySection';
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

/**
 * A card: asks, if its reader may see the answer, and draws whatever comes of it.
 */
export function AnswerCard(props: AnswerCardProps) {
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const title = props.title ?? t(`cards.${props.card}.title`);
  return (
    <PermittedCard permission={dynatraceCardReadPermission} title={title}>
      <CardBoundary title={title}>
        <AskingCard {...props} title={title} />
      </CardBoundary>
    </PermittedCard>
  );
}

function AskingCard(props: AnswerCardProps & { title: string }) {
  const { card, timeframe, title } = props;
  const { entity } = useEntity();
  const { view } = useCardView();
  const {
    answer: shown,
    error,
    isPending,
    refresh,
  } = useCardAnswer(
    card,
    stringifyEntityRef(entity),
    view.from === undefined && timeframe !== undefined
      ? { ...view, from: timeframe }
      : view,
  );
  const answer = shown?.answer;
  useViewReport(answer, error);
  return (
    <CardFrame
      answer={answer}
      isPending={isPending}
      onRefresh={refresh}
      title={title}
    >
      <FailureMessage
        answer={answer}
        error={error}
        failure={shown?.failure}
        isPending={isPending}
        onRetry={refresh}
      />
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
    case 'no-components':
      return (
        <StateMessage
          details={answer.notes
            .flatMap(({ message, help }) => [message, help])
            .filter(text => text !== undefined)
            .map(sentence)}
          title={t('problem.noComponents.title')}
          tone="neutral"
        />
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
  if (!answer.sections.every(isEmptySection)) {
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
