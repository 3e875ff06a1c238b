import type { Api, CallOptions } from './api.ts';

/** Counts a search for the list of popular ones; the server keeps no name. */
export const createRecordSearch =
  ({ write }: Pick<Api, 'write'>) =>
  (q: string, options?: CallOptions) =>
    write('record_search', { q }, options);

/**
 * Counts what was searched for when the search is a new one, wherever the words were typed. Beside the answer: nobody
 * waits for a statistic, and the search may have been read from a cache.
 */
export function createCountSearch(api: Pick<Api, 'write'>) {
  const recordSearch = createRecordSearch(api);
  return (words: string | null | undefined, page: number | undefined = 1): void => {
    if (words?.trim() && page === 1) void recordSearch(words).catch(() => {});
  };
}
