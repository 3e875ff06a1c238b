import type { Api, CallOptions, RpcArgs } from '../api.ts';
import { createCountSearch, createRecordSearch } from '../count-search.ts';

export type SearchParams = Omit<RpcArgs<'search'>, 'q' | 'type'> & {
  q: string;
  /** All three when left out. */
  type?: 'course' | 'instructor' | 'category' | undefined;
};

/** One box for everything. */
export const createSearchService = ({ read, write }: Api) => {
  const countSearch = createCountSearch({ write });

  return {
    /** Searches, and counts the search when it is a new one. */
    search: async (params: SearchParams, options?: CallOptions) => {
      const results = await read('search', params, options);
      countSearch(params.q, params.page);
      return results;
    },

    /** What may be meant by the letters typed so far. */
    suggest: (params: RpcArgs<'suggest'>, options?: CallOptions) => read('suggest', params, options),

    getPopularSearches: (params: RpcArgs<'popular_searches'> = {}, options?: CallOptions) =>
      read('popular_searches', params, options),

    /** For searches that went past these services, such as those of a cache in front of them. */
    recordSearch: createRecordSearch({ write }),
  };
};
