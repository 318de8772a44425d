import { CacheService } from '@backstage/backend-plugin-api';
import { AnswerStore } from '@grailstage/core';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Below this compression costs more than it saves. */
const COMPRESSED_FROM_BYTES = 8192;
/** No entry is larger when it is written; one that would be on reading is not ours. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Keeps answers in the cache of Backstage, which is shared by all replicas where it is Redis, Valkey or the like.
 *
 * Entries are texts: `p` and base64, or `z` and base64 of gzip. Compression is done here and not in the module: zlib
 * works beside the event loop, and the module stays small.
 */
export function createAnswerStore(cache: CacheService): AnswerStore {
  return {
    async get(key) {
      const entry = await cache.get<string>(key);
      if (typeof entry !== 'string') {
        return undefined;
      }
      const bytes = Buffer.from(entry.slice(1), 'base64');
      return entry.startsWith('z')
        ? decompress(bytes, { maxOutputLength: MOST_BYTES })
        : bytes;
    },

    async set(key, value, ttlMillis) {
      // The value lies in memory that the module may move while it is compressed.
      const bytes = Buffer.from(value);
      const entry =
        bytes.length < COMPRESSED_FROM_BYTES
          ? `p${bytes.toString('base64')}`
          : `z${(await compress(bytes)).toString('base64')}`;
      await cache.set(key, entry, { ttl: { milliseconds: ttlMillis } });
    },

    // The cache has no "set if absent". Of two that write at the same time the later one wins, and both read that:
    // two claims are granted only where a read falls between the two writes, and then a query runs twice.
    async claim(key, ttlMillis) {
      if ((await cache.get(key)) !== undefined) {
        return false;
      }
      const claim = randomUUID();
      await cache.set(key, claim, { ttl: { milliseconds: ttlMillis } });
      return (await cache.get(key)) === claim;
    },

    async release(key) {
      await cache.delete(key);
    },
  };
}
