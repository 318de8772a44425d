import {
  isChildPath,
  resolveSafeChildPath,
} from '@backstage/backend-plugin-api';
import { InputError, NotFoundError } from '@backstage/errors';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname, posix, relative, sep } from 'node:path';

/** A repository of a template has fewer; more are a mistake, such as a `path` that is too wide. */
const MOST_FILES = 5_000;
/** No file that is edited here is larger. */
const MOST_BYTES = 2_000_000;

/**
 * The files of a task's workspace, named by paths relative to it with `/` between. No path leads out of the workspace,
 * also not by a link.
 */
export class WorkspaceFiles {
  /** The files written so far, or in a dry run those that would have been, by their new text. */
  readonly changed = new Map<string, string>();

  constructor(
    private readonly root: string,
    private readonly options: { isDryRun: boolean },
  ) {}

  /** Whether a path is a file or a folder; `undefined` where it is nothing. */
  kind(path: string): 'file' | 'folder' | undefined {
    if (this.changed.has(posix.normalize(path))) {
      return 'file';
    }
    const stat = lstatSync(this.resolve(path), { throwIfNoEntry: false });
    if (stat?.isDirectory()) {
      return 'folder';
    }
    return stat?.isFile() ? 'file' : undefined;
  }

  /**
   * The files under a path, sorted. Links, `.git` and `node_modules` are not followed.
   *
   * @throws NotFoundError where there is no such path
   */
  list(path: string): string[] {
    const kind = this.kind(path);
    if (!kind) {
      throw new NotFoundError(
        `there is no file or folder ${path} in the workspace`,
      );
    }
    if (kind === 'file') {
      return [posix.normalize(path)];
    }
    const files: string[] = [];
    const folders = [this.resolve(path)];
    for (const folder of folders) {
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const child = `${folder}${sep}${entry.name}`;
        if (entry.isFile()) {
          files.push(relative(this.resolve('.'), child).split(sep).join('/'));
        } else if (
          entry.isDirectory() &&
          !['.git', 'node_modules'].includes(entry.name)
        ) {
          folders.push(child);
        }
      }
      if (files.length > MOST_FILES) {
        throw new InputError(
          `there are more than ${MOST_FILES} files under ${path}; name a narrower path`,
        );
      }
    }
    return files.sort();
  }

  /** The text of a file. */
  read(path: string): string {
    const changed = this.changed.get(posix.normalize(path));
    if (changed !== undefined) {
      return changed;
    }
    const bytes = readFileSync(this.resolve(path));
    if (bytes.length > MOST_BYTES) {
      throw new InputError(
        `${path} has ${bytes.length} bytes, more than the ${MOST_BYTES} of a file that is edited here`,
      );
    }
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
        bytes,
      );
    } catch {
      throw new InputError(`${path} is not a text in UTF-8`);
    }
  }

  /**
   * Writes a file, unless it has this text already. A dry run only remembers it.
   *
   * @returns whether the file has changed, or would have
   */
  write(path: string, text: string): boolean {
    const file = this.resolve(path);
    if (this.kind(path) === 'file' && this.read(path) === text) {
      return false;
    }
    if (this.kind(path) === 'folder') {
      throw new InputError(`${path} is a folder and cannot be written`);
    }
    this.changed.set(posix.normalize(path), text);
    if (!this.options.isDryRun) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    return true;
  }

  private resolve(path: string): string {
    const file = resolveSafeChildPath(this.root, path);
    const stat = lstatSync(file, { throwIfNoEntry: false });
    if (stat?.isSymbolicLink() || !isChildPath(this.root, file)) {
      throw new InputError(`${path} leads out of the workspace, or is a link`);
    }
    return file;
  }
}
