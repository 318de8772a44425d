import { act, renderHook, waitFor } from '@testing-library/react';
import { useAnswer } from './useAnswer';

/** The hook, with what it was asked: `!` marks a refresh. */
function drawHook() {
  const asked: string[] = [];
  const asks = new Map<
    string,
    (options: { refresh: boolean }) => Promise<string>
  >();
  const askFor = (subject: string) => {
    const ask =
      asks.get(subject) ??
      (async ({ refresh }: { refresh: boolean }) => {
        asked.push(refresh ? `${subject}!` : subject);
        return `answer to ${subject}`;
      });
    asks.set(subject, ask);
    return ask;
  };
  const hook = renderHook(
    ({ subject }) => useAnswer(subject, askFor(subject)),
    { initialProps: { subject: 'a' } },
  );
  const isAnswered = (subject: string) =>
    waitFor(() =>
      expect(hook.result.current).toMatchObject({
        answer: `answer to ${subject}`,
        isPending: false,
      }),
    );
  return { ...hook, asked, isAnswered };
}

describe('useAnswer', () => {
  it('wants what is kept passed over only where the reader refreshes', async () => {
    const { rerender, result, asked, isAnswered } = drawHook();
    await isAnswered('a');
    act(() => result.current.refresh());
    expect(result.current).toMatchObject({
      answer: 'answer to a',
      isPending: true,
    });
    await isAnswered('a');
    rerender({ subject: 'b' });
    expect(result.current).toMatchObject({
      answer: undefined,
      isPending: true,
    });
    await isAnswered('b');
    rerender({ subject: 'a' });
    await isAnswered('a');
    expect(asked).toEqual(['a', 'a!', 'b', 'a']);
  });
});
