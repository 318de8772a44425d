import { Cell, Column } from '@grailstage/backstage-plugin-dynatrace-common';
import { answerText } from '../text/answerText';
import { formatAge } from '../text/formatAge';
import { formatNumber } from '../text/formatNumber';
import { formatTime } from '../text/formatTime';
import { linkText } from '../text/linkText';
import { Reader } from './Reader';

/**
 * The text by which a reader knows a cell; nothing for a picture, and for what is not known.
 *
 * @param exactTimes - whether times are drawn as they are, rather than how long ago they were
 */
export function cellText(
  cell: Cell,
  column: Pick<Column, 'kind' | 'unit'>,
  reader: Reader,
  exactTimes?: boolean,
): string {
  const { t, language } = reader;
  if (cell === null) {
    return '';
  }
  if (typeof cell === 'string') {
    return column.kind === 'timestamp'
      ? timeText(cell, language, exactTimes)
      : cell;
  }
  if (typeof cell === 'number') {
    return formatNumber(cell, column.unit, language);
  }
  if (Array.isArray(cell)) {
    return cell.map(link => cellText(link, column, reader)).join(' ');
  }
  if ('text' in cell) {
    const text = linkText(cell, t);
    return 'detail' in cell && cell.detail ? `${text} ${cell.detail}` : text;
  }
  if ('label' in cell) {
    return [cell.label, cell.detail ?? '']
      .map(text => answerText(text, t))
      .join(' ');
  }
  if ('desired' in cell) {
    return `${cell.ready ?? '–'}/${cell.desired ?? '–'}`;
  }
  return 'record' in cell ? JSON.stringify(cell.record, undefined, 2) : '';
}

function timeText(iso: string, language: string, exact?: boolean): string {
  const time = Date.parse(iso);
  if (Number.isNaN(time)) {
    return iso;
  }
  return exact
    ? formatTime(time, language)
    : formatAge(time, Date.now(), language);
}
