import { createLearnFlow, type LearnFlow } from '../../client/create-learnflow.ts';
import { anonymous } from './people.ts';
import type { LearnFlowClient } from '../../client/create-client.ts';

/** The services as an app has them, where there is no browser to say where the app is. */
export const learnflow = (client: LearnFlowClient = anonymous()): LearnFlow =>
  createLearnFlow(client, { appUrl: 'https://learnflow.test' });
