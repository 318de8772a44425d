import { render } from '@testing-library/react';
import { CodeText } from './CodeText';

describe('CodeText', () => {
  it('sets the parts between backticks as code', () => {
    const { container } = render(<CodeText>grant `a:b` to `c`</CodeText>);
    expect(
      [...container.querySelectorAll('code')].map(code => code.textContent),
    ).toEqual(['a:b', 'c']);
    expect(container).toHaveTextContent('grant a:b to c');
  });

  it('leaves a text with a single backtick as it is', () => {
    const { container } = render(<CodeText>an odd ` one</CodeText>);
    expect(container.querySelector('code')).toBeNull();
    expect(container).toHaveTextContent('an odd ` one');
  });

  it('never makes markup of a text', () => {
    const { container } = render(
      <CodeText>{'`<img src=x onerror=alert(1)>`'}</CodeText>,
    );
    expect(container.querySelector('img')).toBeNull();
  });
});
