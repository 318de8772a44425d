import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { CardBody } from '@backstage/ui';
import { CardView } from '../view/CardView';
import { CardViewProblem } from '../view/readCardView';
import { dynatraceTranslationRef } from '../translation';
import { CardSurface } from './CardSurface';
import { ErrorMessage } from './ErrorMessage';
import { StateMessage } from './StateMessage';

/**
 * Says what is wrong with the view that the URL asks for, and leads back to one that works.
 */
export function CardViewMessage(props: {
  view: CardView;
  /** Why the view is not what the URL says. */
  problem?: CardViewProblem;
  /** What the backend says of the environments, where the view has no problem. */
  error: unknown;
  onChange: (view: CardView) => void;
}) {
  const { view, problem, error, onChange } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  return (
    <CardSurface>
      <CardBody>
        {problem ? (
          <TimeframeMessage
            onReset={() => onChange({ environments: view.environments })}
            problem={problem}
          />
        ) : (
          <ErrorMessage
            error={error}
            isPending={false}
            onRetry={() => onChange({ ...view, environments: [] })}
            retryLabel={t('view.resetEnvironments')}
          />
        )}
      </CardBody>
    </CardSurface>
  );
}

function TimeframeMessage(props: {
  problem: CardViewProblem;
  onReset: () => void;
}) {
  const { problem, onReset } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const action = { label: t('view.resetTimeframe'), onPress: onReset };
  switch (problem.kind) {
    case 'moment':
      return (
        <StateMessage
          action={action}
          details={[t('view.momentHelp')]}
          title={t('view.moment', { name: problem.name, value: problem.value })}
          tone="warning"
        />
      );
    case 'order':
      return (
        <StateMessage
          action={action}
          details={[
            t('view.orderHelp', { from: problem.from, to: problem.to }),
          ]}
          title={t('view.order')}
          tone="warning"
        />
      );
    default:
      return (
        <StateMessage
          action={action}
          details={[t('view.startHelp')]}
          title={t('view.start', { to: problem.to })}
          tone="warning"
        />
      );
  }
}
