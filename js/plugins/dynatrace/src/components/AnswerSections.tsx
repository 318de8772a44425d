import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Section } from '@grailstage/backstage-plugin-dynatrace-common';
import { lazy, Suspense } from 'react';
import { csvFileName } from '../csv/csvFileName';
import { translated } from '../text/translated';
import { dynatraceTranslationRef } from '../translation';
import { AnswerTable } from './AnswerTable';
import { CardSkeleton } from './CardSkeleton';

/** Charts bring a library that pages without charts need not load. */
const AnswerChart = lazy(() =>
  import('./AnswerChart').then(module => ({ default: module.AnswerChart })),
);

/**
 * Draws the parts of an answer, one below the other; those without content are left out.
 */
export function AnswerSections(props: {
  title: string;
  sections: Section[];
  pageSize: number;
  /** What the names of files begin with: the entity, and the card. */
  fileName: string[];
}) {
  const { title, sections, pageSize, fileName } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  return (
    <>
      {sections.map(section => {
        if (section.type === 'chart') {
          return (
            <Suspense key={section.key} fallback={<CardSkeleton />}>
              <AnswerChart chart={section} />
            </Suspense>
          );
        }
        if (section.rows.length === 0) {
          return null;
        }
        const heading =
          section.title && translated('table', section.key, section.title, t);
        return (
          <AnswerTable
            key={section.key}
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
