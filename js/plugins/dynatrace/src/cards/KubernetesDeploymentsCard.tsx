import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  KUBERNETES_DEPLOYMENTS_CARD,
  KUBERNETES_ID_ANNOTATION,
  KUBERNETES_LABEL_SELECTOR_ANNOTATION,
  KUBERNETES_NAMESPACE_ANNOTATION,
} from '@grailstage/backstage-plugin-dynatrace-common';
import { AnswerCard } from '../components/AnswerCard';
import { dynatraceTranslationRef } from '../translation';
import { CardProps } from './CardProps';

/**
 * The Kubernetes workloads of an entity: where they run, in which version, and whether they are healthy.
 */
export function KubernetesDeploymentsCard(props: CardProps) {
  const { t } = useTranslationRef(dynatraceTranslationRef);
  return (
    <AnswerCard
      {...props}
      card={KUBERNETES_DEPLOYMENTS_CARD}
      emptyHelp={t('kubernetesDeployments.empty.help')}
      emptyTitle={t('kubernetesDeployments.empty.title')}
      selectedBy={[
        KUBERNETES_LABEL_SELECTOR_ANNOTATION,
        KUBERNETES_ID_ANNOTATION,
        KUBERNETES_NAMESPACE_ANNOTATION,
      ]}
      title={props.title ?? t('kubernetesDeployments.title')}
    />
  );
}
