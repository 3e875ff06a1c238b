import type { Api } from './api.ts';

/**
 * Counts what was searched for when the search is a new one, wherever the words were typed. Beside the answer: nobody
 * waits for a statistic, and the search may have been read from a cache.
 */
export function countSearch(
  { write }: Pick<Api, 'write'>,
  words: string | null | undefined,
  page: number | undefined = 1,
): void {
  if (words?.trim() && page === 1) void write('record_search', { q: words }).catch(() => {});
}
