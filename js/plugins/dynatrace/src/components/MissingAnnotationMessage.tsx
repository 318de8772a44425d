import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import {
  KUBERNETES_ID_ANNOTATION,
  KUBERNETES_LABEL_SELECTOR_ANNOTATION,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { dynatraceTranslationRef } from '../translation';
import { CodeBlock } from './CodeBlock';
import { StateMessage } from './StateMessage';

/** A value such as an annotation could have, made of the name of the entity. */
const examples = new Map<string, (name: string) => string>([
  [KUBERNETES_ID_ANNOTATION, name => name],
  [
    KUBERNETES_LABEL_SELECTOR_ANNOTATION,
    name => `app.kubernetes.io/name=${name}`,
  ],
]);

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
              .map(key => `    ${key}: ${exampleOf(key, entity.metadata.name)}`)
              .join(`\n    # ${t('missingAnnotation.or')}\n`),
          ].join('\n')}
        </CodeBlock>
      )}
    </StateMessage>
  );
}

function exampleOf(annotation: string, name: string): string {
  return examples.get(annotation)?.(name) ?? name;
}
