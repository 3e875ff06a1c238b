import type { Api, CallOptions } from '../api.ts';

/** Is the service well? That there is no answer is the other answer. */
export const createHealthService = ({ read }: Api) => ({
  check: (options?: CallOptions) => read('health', {}, options),
});
