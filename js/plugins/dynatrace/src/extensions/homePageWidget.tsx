import { HomePageWidgetBlueprint } from '@backstage/plugin-home-react/alpha';
import { ComponentType } from 'react';
import { z } from 'zod';
import { cardConfig } from './cardConfig';

/** The cards have surfaces and titles of their own, so the widget adds none. */
function Plain(props: { Content: ComponentType }) {
  const { Content } = props;
  return <Content />;
}

/**
 * Puts the state of the components of the reader's groups on the home page. What the list of widgets says of it does not
 * follow the language of the reader, so the configuration can say it.
 */
export const homePageWidget = HomePageWidgetBlueprint.makeWithOverrides({
  name: 'my-components',
  configSchema: {
    title: z.string().default('My components in Dynatrace'),
    description: z
      .string()
      .default('The state of all components of your groups'),
    pageSize: cardConfig.pageSize,
  },
  factory(originalFactory, { config }) {
    const { title, description, pageSize } = config;
    return originalFactory({
      name: 'DynatraceMyComponents',
      title,
      description,
      layout: {
        width: { minColumns: 6, defaultColumns: 12 },
        height: { minRows: 4, defaultRows: 6 },
      },
      componentProps: { Renderer: Plain },
      components: async () => {
        const { HomePageContent } =
          await import('../components/HomePageContent');
        return { Content: () => <HomePageContent pageSize={pageSize} /> };
      },
    });
  },
});
