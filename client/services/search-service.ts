import type { Api, CallOptions, RpcArgs } from '../api.ts';

export type SearchParams = Omit<RpcArgs<'search'>, 'type'> & {
  /** All three when left out. */
  type?: 'course' | 'instructor' | 'category' | undefined;
};

/** One box for everything. */
export const createSearchService = ({ read }: Api) => ({
  search: (params: SearchParams, options?: CallOptions) => read('search', params, options),
});
