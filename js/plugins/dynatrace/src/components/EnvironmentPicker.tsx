import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Select } from '@backstage/ui';
import { dynatraceTranslationRef } from '../translation';
import { CardView } from '../view/CardView';
import styles from './CardViewPickers.module.css';

/**
 * Chooses environments; with none chosen, all are asked. Not drawn where there is no choice.
 */
export function EnvironmentPicker(props: {
  environments: string[];
  view: CardView;
  onChange: (view: CardView) => void;
}) {
  const { environments, view, onChange } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const names = [...new Set([...environments, ...view.environments])];
  if (names.length < 2 && view.environments.length === 0) {
    return null;
  }
  return (
    <Select
      className={styles.picker}
      label={t('view.environments')}
      onChange={keys => onChange({ ...view, environments: keys.map(String) })}
      options={names.map(name => ({ value: name, label: name }))}
      placeholder={t('view.allEnvironments')}
      selectionMode="multiple"
      value={view.environments}
    />
  );
}
