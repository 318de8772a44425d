import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import { annotationExample } from '../text/annotationExample';
import { dynatraceTranslationRef } from '../translation';
import { CodeBlock } from './CodeBlock';
import { StateMessage } from './StateMessage';

/**
 * Says which annotations would make the card work, with an example of each.
 */
export function MissingAnnotationMessage(props: { annotations: string[] }) {
  const { annotations } = props;
  const { entity } = useEntity();
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const detail =
    annotations.length > 1
      ? t('missingAnnotation.several')
      : t('missingAnnotation.one');
  return (
    <StateMessage
      details={[annotations.length > 0 ? detail : t('missingAnnotation.none')]}
      title={t('missingAnnotation.title')}
      tone="neutral"
    >
      {annotations.length > 0 && (
        <CodeBlock label="catalog-info.yaml">
          {[
            'metadata:',
            '  annotations:',
            annotations
              .map(
                key =>
                  `    ${key}: ${annotationExample(key, entity.metadata.name)}`,
              )
              .join(`\n    # ${t('missingAnnotation.or')}\n`),
          ].join('\n')}
        </CodeBlock>
      )}
    </StateMessage>
  );
}
