import { Section } from '@grailstage/backstage-plugin-dynatrace-common';

/**
 * Whether a part of an answer has nothing to draw.
 */
export function isEmptySection(section: Section): boolean {
  return section.type === 'table'
    ? section.rows.length === 0
    : section.series.every(({ values }) => values.every(v => v === null));
}
