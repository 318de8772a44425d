import { EntityProvider } from '@backstage/plugin-catalog-react';
import { Flex, Text } from '@backstage/ui';
import { AnswerCard } from '../src/components/AnswerCard';
import { CatalogQueriesCard } from '../src/components/CatalogQueriesCard';
import { DqlQueryCard } from '../src/components/DqlQueryCard';
import { cart } from '../src/__testUtils__/cart';
import { states } from './states';

/**
 * The Kubernetes card in each of its states.
 */
export function Gallery() {
  return (
    <Flex direction="column" gap="6" p="4">
      {[...states.keys()].map(name => (
        <Flex key={name} data-state={name} direction="column" gap="2">
          <Text as="h1" variant="body-medium">
            {name}
          </Text>
          <EntityProvider
            entity={{ ...cart, metadata: { ...cart.metadata, name } }}
          >
            <AnswerCard card="kubernetes-deployments" />
          </EntityProvider>
        </Flex>
      ))}
      <Flex data-state="unknown-query" direction="column" gap="2">
        <Text as="h1" variant="body-medium">
          unknown-query
        </Text>
        <EntityProvider entity={cart}>
          <DqlQueryCard queryId="custom.p90-latency" />
        </EntityProvider>
      </Flex>
      <Flex data-state="catalog-queries" direction="column" gap="2">
        <Text as="h1" variant="body-medium">
          catalog-queries
        </Text>
        <EntityProvider entity={cart}>
          <CatalogQueriesCard />
        </EntityProvider>
      </Flex>
    </Flex>
  );
}
