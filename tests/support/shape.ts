/** Strings of the samples that promise more than to be a string. */
const kinds: { name: string; sample: RegExp; answer: RegExp }[] = [
  { name: 'an id', sample: /^uuid$/, answer: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/ },
  { name: 'an address', sample: /^https:/, answer: /^https?:\/\/[^/]+\/.+/ },
  {
    name: 'a time',
    sample: /^\d{4}-\d\d-\d\dT/,
    answer: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
  },
  { name: 'a JWT', sample: /^eyJ/, answer: /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/ },
  { name: 'an order number', sample: /^ORD-/, answer: /^ORD-\d{4}-\d{5,}$/ },
  { name: 'a client secret', sample: /^pi_.+_secret_/, answer: /^pi_\w+_secret_\w+$/ },
  { name: 'a publishable key', sample: /^pk_/, answer: /^pk_(test|live)_\w+$/ },
  { name: 'a charge', sample: /^ch_/, answer: /^ch_\w+$/ },
];

/**
 * Where an answer lacks what a sample has: a key, or its type. More keys are welcome. Where the sample has null, only the
 * key counts. A list has items, each like the first of the sample's; where one item has a value, another may have null.
 */
export function lacks(answer: unknown, sample: unknown): string[] {
  return differences(answer, sample).map(({ path, problem }) => `$${path} ${problem}`);
}

interface Difference {
  path: string;
  problem: string;
  isNull?: boolean;
}

function differences(answer: unknown, sample: unknown): Difference[] {
  if (answer === undefined) return [{ path: '', problem: 'is missing' }];
  if (sample === null) return [];
  if (answer === null) return [{ path: '', problem: 'is null', isNull: true }];
  if (Array.isArray(sample)) return ofList(answer, sample[0]);
  if (typeof sample === 'object') {
    if (typeof answer !== 'object') return [{ path: '', problem: 'is no object' }];
    return Object.entries(sample).flatMap(([key, value]) =>
      below(`.${key}`, differences((answer as Record<string, unknown>)[key], value)),
    );
  }
  if (typeof answer !== typeof sample) return [{ path: '', problem: `is no ${typeof sample}` }];
  const kind = kinds.find((one) => typeof sample === 'string' && one.sample.test(sample));
  const fits = !kind || kind.answer.test(answer as string);
  return fits ? [] : [{ path: '', problem: `is ${JSON.stringify(answer)}, not ${kind.name}` }];
}

function ofList(answer: unknown, sample: unknown): Difference[] {
  if (!Array.isArray(answer)) return [{ path: '', problem: 'is no list' }];
  if (answer.length === 0) return [{ path: '', problem: 'is empty' }];
  const items = answer.map((item) => differences(item, sample));
  const inEvery = (path: string) => items.every((item) => item.some((one) => one.path === path));
  return items.flatMap((item, index) =>
    below(
      `[${index}]`,
      item.filter(({ path, isNull }) => !isNull || inEvery(path)),
    ),
  );
}

const below = (start: string, found: Difference[]): Difference[] =>
  found.map((one) => ({ ...one, path: start + one.path }));
