import {
  ComponentType,
  lazy,
  LazyExoticComponent,
  useCallback,
  useState,
} from 'react';

/**
 * A component whose code is loaded when it is drawn first. React remembers also that loading failed, so another try takes
 * another component.
 *
 * @param shared - what all that draw the component share as long as its code can be loaded
 * @param load - loads the code
 * @returns the component, and what loads its code again
 */
export function useLazy<P>(
  shared: LazyExoticComponent<ComponentType<P>>,
  load: () => Promise<{ default: ComponentType<P> }>,
): [LazyExoticComponent<ComponentType<P>>, () => void] {
  const [component, setComponent] = useState(() => shared);
  const reload = useCallback(() => setComponent(() => lazy(load)), [load]);
  return [component, reload];
}
