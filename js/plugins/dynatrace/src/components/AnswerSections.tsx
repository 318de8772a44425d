import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Section } from '@grailstage/backstage-plugin-dynatrace-common';
import { csvFileName } from '../csv/csvFileName';
import { translated } from '../text/translated';
import { dynatraceTranslationRef } from '../translation';
import { AnswerTable } from './AnswerTable';
import { isEmptySection } from './isEmptySection';
import { LazyChart } from './LazyChart';

/**
 * Draws the parts of an answer, one below the other; those without content are left out.
 */
export function AnswerSections(props: {
  title: string;
  sections: Section[];
  pageSize: number;
  /** What the names of files begin with: the entity, and the card. */
  fileName: string[];
  /** Whether times are drawn as they are, rather than how long ago they were. */
  exactTimes?: boolean;
}) {
  const { title, sections, pageSize, fileName, exactTimes } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  return (
    <>
      {sections.map(section => {
        if (isEmptySection(section)) {
          return null;
        }
        if (section.type === 'chart') {
          return (
            <LazyChart
              key={section.key}
              chart={section}
              fileName={csvFileName(...fileName, section.key)}
            />
          );
        }
        const heading =
          section.title && translated('table', section.key, section.title, t);
        return (
          <AnswerTable
            key={section.key}
            exactTimes={exactTimes}
            fileName={csvFileName(...fileName, heading ? section.key : '')}
            heading={heading}
            pageSize={pageSize}
            table={section}
            title={heading ?? title}
          />
        );
      })}
    </>
  );
}
