/**
 * Says when exactly an instant is, to the second, in the reader's time zone.
 *
 * @param time - milliseconds since the epoch
 */
export function formatTime(time: number, language: string): string {
  return new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'medium',
  }).format(time);
}
