/**
 * Adds packages to the text of a `requirements.txt`, at its end. One that is there stays as it is, whatever its version:
 * names are compared as pip does, without regard to case, `-`, `_` and `.`.
 */
export function addRequirements(
  text: string,
  packages: Array<{ name: string; version: string }>,
): { text: string; added: string[] } {
  const normal = (name: string) => name.toLowerCase().replace(/[-_.]+/g, '-');
  const present = new Set(
    text
      .split(/\r?\n/)
      .map(line => /^\s*([A-Za-z0-9][\w.-]*)/.exec(line)?.[1])
      .filter(name => name !== undefined)
      .map(normal),
  );
  const missing = packages.filter(({ name }) => !present.has(normal(name)));
  if (missing.length === 0) {
    return { text, added: [] };
  }
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const start = text === '' || text.endsWith('\n') ? '' : newline;
  const lines = missing.map(
    ({ name, version }) => `${name}${version}${newline}`,
  );
  return {
    text: text + start + lines.join(''),
    added: missing.map(({ name }) => name),
  };
}
