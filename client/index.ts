export { type LearnFlowClient, createLearnFlowClient } from './create-client.ts';
export { type Answer, unwrap } from './unwrap.ts';
export { type NormalizeOptions, normalizeError } from '../types/normalize-error.ts';
