import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { TestReport } from '@grailstage/backstage-plugin-dynatrace-common';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

const MOST_FILES = 1_000;
const MOST_BYTES = 50 * 1024 * 1024;

/**
 * Reads the test reports of a workspace: files, and of folders all files that end in `.xml`, at any depth. Nothing
 * outside the workspace is read, also not by way of links.
 *
 * @throws InputError which names the path that cannot be read
 */
export async function readTestReports(
  workspacePath: string,
  paths: string[],
): Promise<TestReport[]> {
  const files = new Set<string>();
  for (const path of paths) {
    for (const file of await filesOf(workspacePath, path)) {
      files.add(file);
    }
  }
  if (files.size > MOST_FILES) {
    throw new InputError(
      `the input \`results\` names ${files.size} files; ${MOST_FILES} are read at most`,
    );
  }
  const reports: TestReport[] = [];
  let bytes = 0;
  for (const file of [...files].sort()) {
    const name = relative(workspacePath, file);
    bytes += (await stat(file)).size;
    if (bytes > MOST_BYTES) {
      throw new InputError(
        `the input \`results\` names more than ${MOST_BYTES} bytes of reports`,
      );
    }
    reports.push({ file: name, xml: decoded(name, await readFile(file)) });
  }
  return reports;
}

async function filesOf(workspacePath: string, path: string): Promise<string[]> {
  const place = resolveSafeChildPath(workspacePath, path);
  const found = await stat(place).catch(() => undefined);
  if (found?.isFile()) {
    return [place];
  }
  if (!found?.isDirectory()) {
    throw new InputError(
      `the input \`results\` names \`${path}\`, which is not in the workspace`,
    );
  }
  const entries = await readdir(place, {
    recursive: true,
    withFileTypes: true,
  });
  const files = entries
    .filter(entry => entry.isFile() && entry.name.endsWith('.xml'))
    .map(entry => join(entry.parentPath, entry.name));
  if (files.length === 0) {
    throw new InputError(
      `the input \`results\` names the folder \`${path}\`, which holds no .xml file`,
    );
  }
  return files;
}

function decoded(name: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(
      `the input \`results\` names \`${name}\`, which is not UTF-8`,
    );
  }
}
