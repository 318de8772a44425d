import { ReactNode, useState } from 'react';
import styles from './Disclosure.module.css';

/**
 * Something short that says more: under a pointer, and where it is pressed, by touch or by key.
 */
export function Disclosure(props: { more: string; children: ReactNode }) {
  const { more, children } = props;
  const [isOpen, setIsOpen] = useState(false);
  return (
    <span className={styles.disclosure}>
      <button
        aria-expanded={isOpen}
        className={styles.button}
        onClick={() => setIsOpen(!isOpen)}
        title={more}
        type="button"
      >
        {children}
      </button>
      {isOpen && <span className={styles.more}>{more}</span>}
    </span>
  );
}
