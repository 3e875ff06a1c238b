import { AsyncLocalStorage } from 'node:async_hooks';

/** The request that is being answered, for code that lite calls without it. */
export const currentRequest = new AsyncLocalStorage<Request>();
