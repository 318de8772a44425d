import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  SparklineCell,
  Unit,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { useLanguage } from '../hooks/useLanguage';
import { formatNumber } from '../text/formatNumber';
import { dynatraceTranslationRef } from '../translation';
import { Disclosure } from './Disclosure';
import { HiddenText } from './HiddenText';
import styles from './Sparkline.module.css';

const WIDTH = 96;
const HEIGHT = 24;
/** Keeps the stroke of extreme values within the picture. */
const MARGIN = 2;

/**
 * Draws a small course of values, and says its lowest, highest and last one to screen readers and on request.
 */
export function Sparkline(props: { sparkline: SparklineCell; unit?: Unit }) {
  const { points } = props.sparkline;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const language = useLanguage();
  const known = points.filter(point => point !== null);
  if (known.length === 0) {
    return <HiddenText>{t('cell.unknown')}</HiddenText>;
  }
  const lowest = Math.min(...known);
  const highest = Math.max(...known);
  const format = (value: number) => formatNumber(value, props.unit, language);
  const description = t('cell.course', {
    lowest: format(lowest),
    highest: format(highest),
    last: format(known[known.length - 1]),
  });
  return (
    <Disclosure more={description}>
      <svg
        aria-hidden="true"
        className={styles.sparkline}
        focusable="false"
        height={HEIGHT}
        preserveAspectRatio="none"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        width={WIDTH}
      >
        <path className={styles.line} d={path(points, lowest, highest)} />
      </svg>
      <HiddenText>{description}</HiddenText>
    </Disclosure>
  );
}

/** Gaps in the values are gaps in the line; a value between two gaps is a dot. */
function path(
  points: Array<number | null>,
  lowest: number,
  highest: number,
): string {
  const step = (WIDTH - 2 * MARGIN) / Math.max(points.length - 1, 1);
  const range = highest - lowest;
  let drawing = false;
  return points
    .map((point, index) => {
      if (point === null) {
        drawing = false;
        return '';
      }
      const x = MARGIN + index * step;
      const height = range === 0 ? 0.5 : (point - lowest) / range;
      const y = HEIGHT - MARGIN - height * (HEIGHT - 2 * MARGIN);
      const command = drawing ? 'L' : 'M';
      const dot = drawing ? '' : 'h0.01';
      drawing = true;
      return `${command}${x.toFixed(1)} ${y.toFixed(1)}${dot}`;
    })
    .join('');
}
