import { HomePageWidgetBlueprint } from '@backstage/plugin-home-react/alpha';
import { ComponentType } from 'react';

/** The cards have surfaces and titles of their own, so the widget adds none. */
function Plain(props: { Content: ComponentType }) {
  const { Content } = props;
  return <Content />;
}

/** Puts the state of the components of the reader's groups on the home page. */
export const homePageWidget = HomePageWidgetBlueprint.make({
  name: 'my-components',
  params: {
    name: 'DynatraceMyComponents',
    title: 'My components in Dynatrace',
    description: 'The state of all components of your groups',
    layout: {
      width: { minColumns: 6, defaultColumns: 12 },
      height: { minRows: 4, defaultRows: 6 },
    },
    componentProps: { Renderer: Plain },
    components: async () => {
      const { HomePageContent } = await import('../components/HomePageContent');
      return { Content: () => <HomePageContent /> };
    },
  },
});
