import type { Api, CallOptions, RpcArgs } from '../api.ts';
import { countSearch } from '../count-search.ts';

export type SearchParams = Omit<RpcArgs<'search'>, 'q' | 'type'> & {
  q: string;
  /** All three when left out. */
  type?: 'course' | 'instructor' | 'category' | undefined;
};

/** One box for everything. */
export const createSearchService = ({ read, write }: Api) => ({
  /** Searches, and counts the search when it is a new one. */
  search: async (params: SearchParams, options?: CallOptions) => {
    const results = await read('search', params, options);
    countSearch({ write }, params.q, params.page);
    return results;
  },

  /** What may be meant by the letters typed so far. */
  suggest: (params: RpcArgs<'suggest'>, options?: CallOptions) => read('suggest', params, options),

  getPopularSearches: (params: RpcArgs<'popular_searches'> = {}, options?: CallOptions) =>
    read('popular_searches', params, options),

  /** For a search that these services did not make. The server keeps no name. */
  recordSearch: (q: string, options?: CallOptions) => write('record_search', { q }, options),
});
