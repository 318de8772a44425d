import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Text } from '@backstage/ui';
import { Section } from '@grailstage/backstage-plugin-dynatrace-common';
import { lazy, Suspense } from 'react';
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
}) {
  const { title, sections, pageSize } = props;
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
          <div key={section.key}>
            {heading && (
              <Text as="h3" variant="body-medium" weight="bold">
                {heading}
              </Text>
            )}
            <AnswerTable
              pageSize={pageSize}
              table={section}
              title={heading ?? title}
            />
          </div>
        );
      })}
    </>
  );
}
