import { z } from 'zod';

/** The same schema, but a key that it does not know is an error, at any depth. */
export function strict(schema: z.core.$ZodType): z.ZodType {
  if (schema instanceof z.ZodObject) {
    return z.strictObject(
      Object.fromEntries(Object.entries(schema.shape).map(([key, value]) => [key, strict(value)])),
    );
  }
  if (schema instanceof z.ZodArray) return z.array(strict(schema.element));
  if (schema instanceof z.ZodNullable) return strict(schema.unwrap()).nullable();
  if (schema instanceof z.ZodOptional) return strict(schema.unwrap()).optional();
  if (schema instanceof z.ZodUnion) return z.union(schema.options.map(strict));
  return schema as z.ZodType;
}
