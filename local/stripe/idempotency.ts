import { ApiError } from './api-error.ts';
import type { Table } from './store.ts';

const keptForSeconds = 24 * 60 * 60;

/** An answer already given under an idempotency key; `id` is that key. */
export type StoredAnswer = {
  id: string;
  fingerprint: string;
  requestId: string;
  status: number;
  body: string;
  created: number;
};

/** Stripe's promise that one key is carried out once: https://docs.stripe.com/api/idempotent_requests */
export class Idempotency {
  readonly #answers: Table<StoredAnswer>;
  readonly #now: () => number;
  readonly #running = new Set<string>();

  constructor(answers: Table<StoredAnswer>, now: () => number) {
    this.#answers = answers;
    this.#now = now;
  }

  /** The answer to repeat, or nothing when the caller is to work and then `remember` (or not) and `end`. */
  begin(key: string, fingerprint: string): StoredAnswer | undefined {
    if (key.length > 255) {
      throw new ApiError(
        400,
        { type: 'invalid_request_error', message: 'Idempotency keys can be at most 255 characters long.' },
        { isRemembered: false },
      );
    }
    if (this.#running.has(key)) {
      throw new ApiError(
        409,
        {
          type: 'idempotency_error',
          code: 'idempotency_key_in_use',
          message: `There is currently another in-progress request using this Idempotent Key: ${key}.`,
        },
        { isRemembered: false },
      );
    }
    const answer = this.#answers.get(key);
    if (answer && this.#now() - answer.created < keptForSeconds) {
      if (answer.fingerprint === fingerprint) return answer;
      throw new ApiError(
        400,
        {
          type: 'idempotency_error',
          message: `Keys for idempotent requests can only be used with the same endpoint and parameters they were first used with: ${key}.`,
        },
        { isRemembered: false },
      );
    }
    this.#running.add(key);
    return undefined;
  }

  remember(key: string, answer: Omit<StoredAnswer, 'id' | 'created'>): void {
    this.#answers.remove(key);
    this.#answers.put({ ...answer, id: key, created: this.#now() });
    this.#forgetOld();
  }

  end(key: string): void {
    this.#running.delete(key);
  }

  #forgetOld(): void {
    for (const answer of this.#answers) {
      if (this.#now() - answer.created < keptForSeconds) return;
      this.#answers.remove(answer.id);
    }
  }
}
