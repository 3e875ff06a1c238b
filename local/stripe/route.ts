import type { z } from 'zod';
import type { Context } from './context.ts';
import { parseParams } from './params.ts';

/** One operation of the API. */
export type Route = {
  method: 'get' | 'post' | 'delete';
  path: string;
  /** May be called with a publishable key, as a browser does. */
  publishable: boolean;
  answer: (ctx: Context, form: Record<string, unknown>, id: string, childId: string) => object;
};

export function route<Schema extends z.ZodType>(
  method: Route['method'],
  path: string,
  schema: Schema,
  run: (ctx: Context, params: z.output<Schema>, id: string, childId: string) => object,
  { publishable = false }: { publishable?: boolean } = {},
): Route {
  return {
    method,
    path,
    publishable,
    answer: (ctx, form, id, childId) => run(ctx, parseParams(schema, form), id, childId),
  };
}
