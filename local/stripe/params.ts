import qs from 'qs';
import { z } from 'zod';
import { type ApiError, badParameter } from './api-error.ts';

/** Form fields with brackets (`metadata[order]=1&expand[]=charge`) as one nested object. */
export function parseForm(text: string): Record<string, unknown> {
  return qs.parse(text, { depth: 10, parameterLimit: 2000, arrayLimit: 500, allowSparse: true });
}

// Everything in a form is text; these read it as what it means.
export const integer = z
  .string()
  .regex(/^-?\d+$/, 'parameter_invalid_integer')
  .transform(Number);
export const positiveInteger = integer.refine((value) => value >= 1, 'parameter_invalid_integer');
export const boolean = z.enum(['true', 'false']).transform((value) => value === 'true');
export const text = z.string().min(1, 'parameter_invalid_empty').max(5000);
export const clearableText = z
  .string()
  .max(5000)
  .transform((value) => (value === '' ? null : value));
export const expand = z.array(z.string()).max(20).optional();
/** Nested fields that Stripe keeps and this emulator only lets through. */
export const anything = z.unknown().optional();

/** Keys to set, with an empty value for each key to unset; an empty text unsets all. */
export const metadata = z
  .union([
    z.literal(''),
    z.record(z.string().max(40), z.string().max(500)),
    // A form with only numeric keys looks like a list.
    z
      .array(z.string().max(500).optional())
      .transform((list) =>
        Object.fromEntries(list.flatMap((value, key) => (value === undefined ? [] : [[String(key), value]]))),
      ),
  ])
  .optional();

export function mergeMetadata(
  current: Record<string, string>,
  change: z.infer<typeof metadata>,
): Record<string, string> {
  if (change === undefined) return current;
  if (change === '') return {};
  return Object.fromEntries(Object.entries({ ...current, ...change }).filter(([, value]) => value !== ''));
}

export const range = z
  .union([
    integer,
    z.strictObject({
      gt: integer.optional(),
      gte: integer.optional(),
      lt: integer.optional(),
      lte: integer.optional(),
    }),
  ])
  .optional();

export function isInRange(value: number, wanted: z.infer<typeof range>): boolean {
  if (wanted === undefined) return true;
  if (typeof wanted === 'number') return value === wanted;
  return (
    value > (wanted.gt ?? -Infinity) &&
    value >= (wanted.gte ?? -Infinity) &&
    value < (wanted.lt ?? Infinity) &&
    value <= (wanted.lte ?? Infinity)
  );
}

/** Reads a request's parameters, or throws the error that Stripe answers for the first wrong one. */
export function parseParams<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw parameterError(result.error.issues[0]!, input);
}

function parameterError(issue: z.core.$ZodIssue, input: unknown): ApiError {
  if (issue.code === 'unrecognized_keys') {
    const param = bracketed([...issue.path, issue.keys[0]!]);
    return badParameter(`Received unknown parameter: ${param} (the emulator knows a part of Stripe's)`, {
      code: 'parameter_unknown',
      param,
    });
  }
  const param = bracketed(issue.path);
  const value = issue.path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    input,
  );
  if (value === undefined) {
    return badParameter(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
  }
  if (value === '') {
    return badParameter(`You passed an empty string for '${param}'.`, {
      code: 'parameter_invalid_empty',
      param,
    });
  }
  if (issue.message === 'parameter_invalid_integer') {
    return badParameter(`Invalid integer: ${String(value)}`, { code: 'parameter_invalid_integer', param });
  }
  return badParameter(`Invalid ${param}: ${issue.message}`, { param });
}

function bracketed(path: readonly PropertyKey[]): string {
  return path.map((key, depth) => (depth === 0 ? String(key) : `[${String(key)}]`)).join('');
}
