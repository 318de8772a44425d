import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { FieldExtensionComponentProps } from '@backstage/plugin-scaffolder-react';
import { Box, Button, TextAreaField } from '@backstage/ui';
import { DqlInspection } from '@grailstage/backstage-plugin-dynatrace-common';
import clsx from 'clsx';
import { useEffect, useId, useState } from 'react';
import { dynatraceApiRef } from '../api';
import { CodeText } from '../components/CodeText';
import { formatList } from '../text/formatList';
import { useLanguage } from '../hooks/useLanguage';
import { dynatraceTranslationRef } from '../translation';
import { DqlFieldOptions } from './DqlFieldOptions';
import { describeField } from './describeField';
import { describeFinding } from './describeFinding';
import styles from './FormField.module.css';
import { FormProblem } from './FormProblem';

/** How long after the last key the query is checked. */
const REST_MILLIS = 400;

/**
 * Takes a DQL query and says, while it is written, what is wrong with it and what it reads.
 */
export function DqlField(
  props: FieldExtensionComponentProps<string, DqlFieldOptions>,
) {
  const { formData = '', onChange, uiSchema } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const language = useLanguage();
  const {
    label,
    isInvalid,
    'aria-describedby': errorId,
    ...described
  } = describeField(props, t('form.dql'));
  const { inspection, error } = useInspection(
    formData,
    uiSchema?.['ui:options']?.dialect,
  );
  const reportId = useId();
  const fixed = inspection?.findings.find(
    finding => finding.fixed !== undefined,
  )?.fixed;
  return (
    <Box bg="neutral">
      <TextAreaField
        {...described}
        aria-describedby={clsx(reportId, errorId)}
        className={styles.dql}
        isInvalid={isInvalid || inspection?.valid === false}
        label={label}
        onChange={text => onChange(text || undefined)}
        rows={6}
        spellCheck="false"
        validationBehavior="aria"
        value={formData}
      />
      <div aria-live="polite" className={styles.report} id={reportId}>
        {inspection && inspection.findings.length > 0 && (
          <ul
            aria-label={t('form.findings', { label })}
            className={styles.findings}
          >
            {inspection.findings.map((finding, index) => (
              <li
                className={
                  finding.severity === 'error' ? styles.error : styles.hint
                }
                key={index}
              >
                <CodeText>{describeFinding(finding, t)}</CodeText>
              </li>
            ))}
          </ul>
        )}
        {inspection?.valid && (
          <p className={styles.valid}>
            <CodeText>
              {inspection.tables.length > 0
                ? t('form.valid', {
                    tables: formatList(inspection.tables, language),
                  })
                : t('form.validWithoutTables')}
            </CodeText>
          </p>
        )}
        {fixed !== undefined && (
          <Button
            className={styles.fix}
            onPress={() => onChange(fixed)}
            size="small"
            variant="secondary"
          >
            {t('form.fix')}
          </Button>
        )}
      </div>
      {error !== undefined && <FormProblem error={error} />}
    </Box>
  );
}

/** What the backend finds in the query, once the keys rest. */
function useInspection(
  query: string,
  dialect: DqlFieldOptions['dialect'],
): { inspection?: DqlInspection; error?: unknown } {
  const api = useApi(dynatraceApiRef);
  const [outcome, setOutcome] = useState<{
    query: string;
    inspection?: DqlInspection;
    error?: unknown;
  }>();

  useEffect(() => {
    if (!query.trim()) {
      return undefined;
    }
    const controller = new AbortController();
    const { signal } = controller;
    const rest = setTimeout(() => {
      api
        .checkDql(
          { query, lints: true, ...(dialect && { dialect }) },
          { signal },
        )
        .then(
          inspection => ({ query, inspection }),
          error => ({ query, error }),
        )
        .then(next => {
          if (!signal.aborted) {
            setOutcome(next);
          }
        });
    }, REST_MILLIS);
    return () => {
      clearTimeout(rest);
      controller.abort();
    };
  }, [api, query, dialect]);

  // What was found in another text would mark the wrong places.
  return outcome?.query === query ? outcome : {};
}
