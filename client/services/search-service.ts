import type { Api, CallOptions, RpcArgs } from '../api.ts';

export type SearchParams = Omit<RpcArgs<'search'>, 'q' | 'type'> & {
  q: string;
  /** All three when left out. */
  type?: 'course' | 'instructor' | 'category' | undefined;
};

/** One box for everything. */
export const createSearchService = ({ read, write }: Api) => {
  /** Counts a search for the list of popular ones; the server keeps no name. */
  const recordSearch = (q: string, options?: CallOptions) => write('record_search', { q }, options);

  return {
    /** Searches, and counts the search when it is a new one. */
    search: async (params: SearchParams, options?: CallOptions) => {
      const results = await read('search', params, options);
      // Beside the answer: nobody waits for a statistic, and the search may have been read from a cache.
      if ((params.page ?? 1) === 1) void recordSearch(params.q).catch(() => {});
      return results;
    },

    /** What may be meant by the letters typed so far. */
    suggest: (params: RpcArgs<'suggest'>, options?: CallOptions) => read('suggest', params, options),

    getPopularSearches: (params: RpcArgs<'popular_searches'> = {}, options?: CallOptions) =>
      read('popular_searches', params, options),

    recordSearch,
  };
};
