import { renderInTestApp } from '@backstage/frontend-test-utils';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { LazyCard } from './LazyCard';

let mockError: Error | undefined;

jest.mock('./AnswerCard', () => ({
  get AnswerCard() {
    if (mockError) {
      throw mockError;
    }
    return () => <p>the card</p>;
  },
}));

describe('LazyCard', () => {
  it('says that its code could not be loaded, and loads it on another try', async () => {
    const logged = jest.spyOn(console, 'error').mockImplementation(() => {});
    mockError = new Error('Loading chunk 7 failed');
    renderInTestApp(
      <>
        <p>the rest</p>
        <LazyCard card="problems" title="Problems of today" />
      </>,
    );
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'Loading chunk 7 failed.',
    );
    expect(
      screen.getByRole('article', { name: 'Problems of today' }),
    ).toBeInTheDocument();
    expect(screen.getByText('the rest')).toBeInTheDocument();
    mockError = undefined;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('the card')).toBeInTheDocument();
    logged.mockRestore();
  });
});
