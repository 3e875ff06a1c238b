import { invalidRequest } from './api-error.ts';
import { refundsOf } from './resources/refunds.ts';
import type { Store } from './store.ts';

const deepest = 4;

/** Replaces ids by their objects along paths such as `latest_charge.refunds` or `data.customer`. */
export function expandAll(store: Store, answer: object, paths: readonly string[]): object {
  return paths.reduce((object, path) => {
    const steps = path.split('.');
    if (steps.filter((step) => step !== 'data').length > deepest) {
      throw invalidRequest(`You cannot expand more than ${deepest} levels of a property (${path}).`, {
        param: 'expand',
      });
    }
    return expandAlong(store, object, steps, path);
  }, answer);
}

function expandAlong(store: Store, object: object, steps: string[], path: string): object {
  const [step, ...rest] = steps;
  if (step === undefined) return object;
  const value = valueAt(store, object, step);
  if (value === undefined) {
    throw invalidRequest(`This property cannot be expanded (${path}).`, { param: 'expand' });
  }
  const expanded = Array.isArray(value)
    ? value.map((item: object) => expandAlong(store, item, rest, path))
    : typeof value === 'object' && value
      ? expandAlong(store, value, rest, path)
      : value;
  return { ...object, [step]: expanded };
}

function valueAt(store: Store, object: object, step: string): unknown {
  const row = object as Record<string, unknown>;
  if (step === 'refunds' && row['object'] === 'charge') return refundsOf(store, row['id'] as string);
  const value = row[step];
  return typeof value === 'string' ? store.find(value) : value;
}
