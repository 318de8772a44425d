import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Note } from '@grailstage/backstage-plugin-dynatrace-common';
import { describeProblem } from '../text/describeProblem';
import { sentence } from '../text/sentence';
import { dynatraceTranslationRef } from '../translation';
import { useCardViewParams } from '../view/useCardViewParams';
import { StateMessage } from './StateMessage';

/**
 * Says that a query is for other environments than the reader chose, and leads to them.
 */
export function NotAskedMessage(props: { note: Note }) {
  const { code, message, help } = props.note;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const { view, choose } = useCardViewParams();
  return (
    <StateMessage
      action={{
        label: t('view.resetEnvironments'),
        onPress: () => choose({ ...view, environments: [] }),
      }}
      details={[sentence(message), ...(help ? [sentence(help)] : [])]}
      title={describeProblem(code, t).title}
      tone="neutral"
    />
  );
}
