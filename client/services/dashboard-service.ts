import type { Api, CallOptions, RpcArgs } from '../api.ts';

/** The first page of who has signed in. */
export const createDashboardService = ({ read }: Api) => ({
  getStats: (options?: CallOptions) => read('dashboard_stats', {}, options),

  getContinueLearning: (params: RpcArgs<'continue_learning'> = {}, options?: CallOptions) =>
    read('continue_learning', params, options),

  getRecommendations: (params: RpcArgs<'recommendations'> = {}, options?: CallOptions) =>
    read('recommendations', params, options),
});
