import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { dynatraceTranslationRef } from '../translation';
import { CardView } from '../view/CardView';
import styles from './CardViewPickers.module.css';
import { EnvironmentPicker } from './EnvironmentPicker';
import { TimeframePicker } from './TimeframePicker';

/**
 * Lets the reader choose what all cards below show.
 */
export function CardViewPickers(props: {
  view: CardView;
  /** Whether the URL says something that cannot be used. */
  hasProblem: boolean;
  /** Names of the environments, as far as they are known. */
  environments: string[];
  onChange: (view: CardView) => void;
}) {
  const { view, hasProblem, environments, onChange } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  return (
    <section aria-label={t('view.title')} className={styles.pickers}>
      <TimeframePicker
        key={JSON.stringify([view.from, view.to, hasProblem])}
        onChange={onChange}
        view={view}
      />
      <EnvironmentPicker
        environments={environments}
        onChange={onChange}
        view={view}
      />
    </section>
  );
}
