import { Component, ReactNode } from 'react';

interface ErrorBoundaryProps {
  children: ReactNode;
  /** What the children draw: where it changes they are drawn again. */
  about?: unknown;
  /** What is drawn in place of children that cannot be; `retry` draws them again. */
  fallback: (error: unknown, retry: () => void) => ReactNode;
}

/**
 * Keeps an error in a part of the page from taking the rest down.
 */
export class ErrorBoundary extends Component<
  ErrorBoundaryProps,
  { caught?: { error: unknown } }
> {
  static getDerivedStateFromError(error: unknown) {
    return { caught: { error } };
  }

  state: { caught?: { error: unknown } } = {};

  componentDidUpdate(before: ErrorBoundaryProps) {
    if (this.state.caught && before.about !== this.props.about) {
      this.retry();
    }
  }

  private readonly retry = () => this.setState({ caught: undefined });

  render() {
    const { caught } = this.state;
    return caught
      ? this.props.fallback(caught.error, this.retry)
      : this.props.children;
  }
}
