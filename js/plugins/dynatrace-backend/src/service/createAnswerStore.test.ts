import { CacheService } from '@backstage/backend-plugin-api';
import { JsonValue } from '@backstage/types';
import { createAnswerStore } from './createAnswerStore';

/** A cache that keeps what a real one would: JSON. */
function jsonCache() {
  const entries = new Map<string, string>();
  const cache: CacheService = {
    async get<T extends JsonValue>(key: string) {
      const entry = entries.get(key);
      return entry === undefined ? undefined : (JSON.parse(entry) as T);
    },
    async set(key, value) {
      entries.set(key, JSON.stringify(value));
    },
    async delete(key) {
      entries.delete(key);
    },
    withOptions: () => cache,
  };
  return { cache, entries };
}

describe('createAnswerStore', () => {
  it.each([
    ['an empty value', new Uint8Array()],
    ['bytes that are no text', Uint8Array.from([0, 255, 128, 10])],
    ['a large value', new Uint8Array(1_000_000).fill(97)],
  ])('gives back %s', async (_, value) => {
    const store = createAnswerStore(jsonCache().cache);
    await store.set('key', value, 1000);
    expect(Buffer.from((await store.get('key'))!)).toEqual(Buffer.from(value));
  });

  it('compresses large values', async () => {
    const { cache, entries } = jsonCache();
    await createAnswerStore(cache).set(
      'key',
      new Uint8Array(1_000_000).fill(97),
      1000,
    );
    expect(entries.get('key')!.length).toBeLessThan(10_000);
  });

  it('keeps the value it was given, whatever becomes of its memory', async () => {
    const store = createAnswerStore(jsonCache().cache);
    const value = new Uint8Array(100_000).fill(1);
    const kept = store.set('key', value, 1000);
    value.fill(2);
    await kept;
    expect((await store.get('key'))!.every(byte => byte === 1)).toBe(true);
  });

  it('passes the lifetime on', async () => {
    const { cache } = jsonCache();
    const set = jest.spyOn(cache, 'set');
    await createAnswerStore(cache).set('key', new Uint8Array(1), 1500);
    expect(set).toHaveBeenCalledWith('key', expect.any(String), {
      ttl: { milliseconds: 1500 },
    });
  });

  it('has nothing where there is nothing, or something else', async () => {
    const { cache } = jsonCache();
    const store = createAnswerStore(cache);
    expect(await store.get('key')).toBeUndefined();
    await cache.set('key', { other: true });
    expect(await store.get('key')).toBeUndefined();
  });

  it('grants a claim once until it is released', async () => {
    const { cache } = jsonCache();
    const [one, other] = [createAnswerStore(cache), createAnswerStore(cache)];
    expect(await one.claim('key', 1000)).toBe(true);
    expect(await other.claim('key', 1000)).toBe(false);
    await one.release('key');
    expect(await other.claim('key', 1000)).toBe(true);
  });

  it('grants one of many claims at the same time', async () => {
    const { cache } = jsonCache();
    const claims = await Promise.all(
      Array.from({ length: 20 }, () =>
        createAnswerStore(cache).claim('key', 1000),
      ),
    );
    expect(claims.filter(Boolean)).toHaveLength(1);
  });
});
