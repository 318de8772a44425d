/**
 * Makes a message of the backend, which is lower case without full stop, a sentence.
 */
export function sentence(message: string): string {
  const text = message.trim();
  const capitalised = text.charAt(0).toLocaleUpperCase() + text.slice(1);
  return /[.!?:…]$/.test(capitalised) ? capitalised : `${capitalised}.`;
}
