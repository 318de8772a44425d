import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Link } from '@backstage/ui';
import { ReactNode } from 'react';
import { dynatraceTranslationRef } from '../translation';
import styles from './ExternalLink.module.css';
import { HiddenText } from './HiddenText';

/**
 * Props of {@link ExternalLink}.
 */
export interface ExternalLinkProps {
  url: string;
  /** Sets the text small. */
  small?: boolean;
  children: ReactNode;
}

/**
 * A link out of Backstage, in a new tab; an address of e-mail opens where the reader writes mail. Where the url is
 * anything but http, https or mailto, only the text is drawn.
 */
export function ExternalLink(props: ExternalLinkProps) {
  const { url, small, children } = props;
  const { t } = useTranslationRef(dynatraceTranslationRef);
  const protocol = protocolOf(url);
  if (protocol === 'mailto:') {
    return (
      <Link
        className={styles.link}
        href={url}
        variant={small ? 'body-small' : 'body-medium'}
      >
        {children}
      </Link>
    );
  }
  if (protocol !== 'http:' && protocol !== 'https:') {
    return <>{children}</>;
  }
  return (
    <Link
      className={styles.link}
      href={url}
      rel="noopener noreferrer"
      target="_blank"
      variant={small ? 'body-small' : 'body-medium'}
    >
      {children}
      <span aria-hidden="true" className={styles.arrow}>
        <svg className={styles.icon} focusable="false" viewBox="0 0 12 12">
          <path d="M4 2.5H2.5v7h7V8M6.5 2H10v3.5M10 2 5.5 6.5" />
        </svg>
      </span>{' '}
      <HiddenText>{t('link.newTab')}</HiddenText>
    </Link>
  );
}

function protocolOf(text: string): string | undefined {
  try {
    return new URL(text).protocol;
  } catch {
    return undefined;
  }
}
