import { englishReader, germanReader } from '../__testUtils__/readers';
import { linkText } from './linkText';

describe('linkText', () => {
  it('asks in the language of the reader', () => {
    expect(linkText({ text: 'Show logs' }, germanReader.t)).toBe(
      'Logs anzeigen',
    );
    expect(linkText({ text: 'Show logs' }, englishReader.t)).toBe('Show logs');
  });

  it('keeps a name that reads like a word of ours', () => {
    expect(linkText({ text: 'Environment' }, germanReader.t)).toBe(
      'Environment',
    );
  });
});
