import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { projectRoot } from '../settings.ts';

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** The schemas of types/, written as TypeScript: named where types/ names them, in place where it does not. */
export interface Shapes {
  /** A schema as a type: a name where it has one. */
  write(schema: z.ZodType): string;
  /** The names that a type mentions. */
  namesIn(text: string): string[];
  /** Every named shape but the input of edge functions, which are written where they are asked for. */
  all: Shape[];
}

export interface Shape {
  name: string;
  text: string;
  description: string;
  isScalar: boolean;
}

const folder = join(projectRoot, 'types', 'schemas');

export async function readShapes(): Promise<Shapes> {
  const registry = z.registry<{ id: string }>();
  const named = new Map<z.ZodType, string>();
  for (const file of readdirSync(folder).toSorted()) {
    const module: Record<string, unknown> = await import(pathToFileURL(join(folder, file)).href);
    for (const [id, value] of Object.entries(module))
      if (value instanceof z.ZodType && !named.has(value)) named.set(value, id);
  }
  for (const [schema, id] of named) registry.add(schema, { id });
  const options = { unrepresentable: 'any', uri: (id: string) => id } as const;
  const output = z.toJSONSchema(registry, { ...options, io: 'output' }).schemas as Record<string, JsonSchema>;
  const input = z.toJSONSchema(registry, { ...options, io: 'input' }).schemas as Record<string, JsonSchema>;
  const names = [...named.values()].toSorted();

  const all = names.map((name) => {
    const schema = (name.endsWith('Input') ? input : output)[name]!;
    const text = typeText(schema);
    return {
      name,
      text,
      description: noteOf(schema),
      isScalar: schema.type !== 'object' && schema.type !== 'array' && !text.includes('\n'),
    };
  });

  const write = (schema: z.ZodType): string => {
    const name = named.get(schema);
    if (name !== undefined) return name;
    // Parts that have names keep them: the schema is asked for together with those it is made of.
    const together = z.registry<{ id: string }>();
    for (const [part, id] of [...named, [schema, 'Answer'] as const]) together.add(part, { id });
    return typeText(z.toJSONSchema(together, options).schemas['Answer']! as JsonSchema);
  };

  return { all, write, namesIn: (text) => names.filter((name) => new RegExp(`\\b${name}\\b`).test(text)) };
}

const pageKeys = 'count,total_pages,current_page,page_size,next,previous,results';

function typeText(schema: JsonSchema, indent = ''): string {
  // What refers to a part of a schema is recursive: JSON itself.
  if (schema.$ref !== undefined) return schema.$ref.includes('#') ? 'Json' : schema.$ref;
  if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ');
  if (schema.const !== undefined) return literal(schema.const);
  const union = schema.anyOf ?? schema.oneOf;
  if (union) return union.map((part) => typeText(part as JsonSchema, indent)).join(' | ');
  if (Array.isArray(schema.type))
    return schema.type.map((type) => typeText({ ...schema, type } as JsonSchema, indent)).join(' | ');
  switch (schema.type) {
    case 'array': {
      const items = (schema.items ?? {}) as JsonSchema;
      const item = typeText(items, indent);
      return (items.anyOf ?? items.enum) === undefined ? `${item}[]` : `(${item})[]`;
    }
    case 'object':
      return objectText(schema, indent);
    case 'integer':
      return 'number';
    case undefined:
      return 'unknown';
    default:
      return schema.type;
  }
}

function objectText(schema: JsonSchema, indent: string): string {
  const entries = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  if (entries.length === 0) {
    const values = schema.additionalProperties;
    return typeof values === 'object' ? `Record<string, ${typeText(values as JsonSchema, indent)}>` : '{}';
  }
  if (entries.map(([key]) => key).join(',') === pageKeys) {
    const { results } = schema.properties as Record<string, JsonSchema>;
    return `Page<${typeText(results!.items as JsonSchema, indent)}>`;
  }
  const deeper = `${indent}  `;
  const lines = entries.map(([key, value]) => {
    const optional = schema.required?.includes(key) ? '' : '?';
    const note = noteOf(value);
    return `${deeper}${key}${optional}: ${typeText(value, deeper)};${note && ` // ${note}`}`;
  });
  return `{\n${lines.join('\n')}\n${indent}}`;
}

/** What the type does not say: the description, the format, the limits. */
function noteOf(schema: JsonSchema): string {
  const {
    description,
    format,
    minimum,
    maximum,
    exclusiveMinimum,
    minLength,
    maxLength,
    minItems,
    maxItems,
  } = schema;
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  const least = minimum === Number.MIN_SAFE_INTEGER ? undefined : minimum;
  return [
    description,
    schema.default === undefined ? undefined : `${literal(schema.default)} when left out`,
    schema.type === 'integer' ? 'integer' : undefined,
    format,
    exclusiveMinimum === 0 ? 'positive' : undefined,
    range(least, most, ''),
    range(minLength, maxLength, ' characters'),
    range(minItems, maxItems, ' items'),
    format === undefined && schema.pattern !== undefined ? `matches \`${schema.pattern}\`` : undefined,
  ]
    .filter(Boolean)
    .join(', ');
}

function range(least: number | undefined, most: number | undefined, unit: string): string | undefined {
  if (least === undefined && most === undefined) return undefined;
  if (least === undefined) return `at most ${most}${unit}`;
  return most === undefined ? `at least ${least}${unit}` : `${least} to ${most}${unit}`;
}

const literal = (value: unknown): string =>
  typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
