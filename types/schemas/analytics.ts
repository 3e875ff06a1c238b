import { z } from 'zod';
import { Id } from './common.ts';

export const CountedView = z.object({
  counted: z.boolean().describe('false when it was counted today already'),
});
export type CountedView = z.infer<typeof CountedView>;

export const SentContactMessage = z.object({ id: Id, message: z.string() });
export type SentContactMessage = z.infer<typeof SentContactMessage>;
