import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Button, DateRangePicker, Select } from '@backstage/ui';
import {
  DateValue,
  getLocalTimeZone,
  parseAbsolute,
} from '@internationalized/date';
import { useState } from 'react';
import { useLanguage } from '../hooks/useLanguage';
import { formatTimeframe } from '../text/formatTimeframe';
import { dynatraceTranslationRef } from '../translation';
import { CardView } from '../view/CardView';
import { resolveMoment } from '../view/resolveMoment';
import styles from './CardViewPickers.module.css';

/** The starts that are offered; the URL takes any. */
const starts = ['now-2h', 'now-24h', 'now-7d', 'now-30d', 'now-90d'];

/** What a range of one's own begins with. */
const FIRST_RANGE = 'now-7d';

const OWN = 'own';
const RANGE = 'range';

interface Range {
  start: DateValue;
  end: DateValue;
}

/**
 * Chooses the timeframe of the cards: their own, one that ends now, or a range.
 */
export function TimeframePicker(props: {
  view: CardView;
  onChange: (view: CardView) => void;
}) {
  const { view, onChange } = props;
  const { from, to, environments } = view;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const language = useLanguage();
  const isRange =
    from !== undefined && (to !== undefined || !from.startsWith('now'));
  const [range, setRange] = useState<Range | undefined>(
    isRange ? rangeOf(from, to) : undefined,
  );

  const listed =
    from === undefined || isRange || starts.includes(from)
      ? starts
      : [...starts, from];
  const options = [
    { value: OWN, label: t('view.ownTimeframe') },
    ...listed.map(start => ({
      value: start,
      label: t('view.last', { duration: formatTimeframe(start, language) }),
    })),
    { value: RANGE, label: t('view.range') },
  ];
  const select = (key: string) => {
    if (key === RANGE) {
      setRange(rangeOf(from ?? FIRST_RANGE, to));
    } else {
      setRange(undefined);
      onChange({ environments, ...(key !== OWN && { from: key }) });
    }
  };
  return (
    <>
      <Select
        className={styles.picker}
        label={t('view.timeframe')}
        onChange={key => key !== null && select(String(key))}
        options={options}
        value={range ? RANGE : (from ?? OWN)}
      />
      {range && (
        <RangeForm
          onApply={({ start, end }) =>
            onChange({
              environments,
              from: isoOf(start),
              to: isoOf(end),
            })
          }
          range={range}
        />
      )}
    </>
  );
}

/** Asks for both ends, and passes them on when they are complete and the reader says so: each change is a round of queries. */
function RangeForm(props: { range: Range; onApply: (range: Range) => void }) {
  const { range, onApply } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const [value, setValue] = useState<Range | null>(range);
  const isUsable = value !== null && isoOf(value.start) < isoOf(value.end);
  return (
    <form
      className={styles.range}
      onSubmit={event => {
        event.preventDefault();
        if (isUsable) {
          onApply(value);
        }
      }}
    >
      <DateRangePicker
        granularity="minute"
        hideTimeZone
        label={t('view.rangeFields')}
        onChange={setValue}
        shouldForceLeadingZeros
        value={value}
      />
      <Button isDisabled={!isUsable} size="small" type="submit">
        {t('view.apply')}
      </Button>
    </form>
  );
}

function isoOf(date: DateValue): string {
  return date.toDate(getLocalTimeZone()).toISOString();
}

function rangeOf(from: string, to: string | undefined): Range | undefined {
  const now = Date.now();
  const [start, end] = [from, to ?? 'now'].map(text => {
    const moment = resolveMoment(text, now);
    return moment && parseAbsolute(moment, getLocalTimeZone());
  });
  return start && end ? { start, end } : undefined;
}
