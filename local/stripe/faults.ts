import { z } from 'zod';
import { ApiError } from './api-error.ts';

export const FaultInput = z
  .strictObject({
    /** Paths that begin with this. */
    path: z.string().startsWith('/').optional(),
    /** Requests that name this, in their path or in a parameter. */
    about: z.string().min(1).optional(),
    method: z.enum(['GET', 'POST', 'DELETE']).optional(),
    /** How many requests it hits. */
    times: z.int().min(1).default(1),
    before: z.enum(['429', 'lock', 'hang', '500']).optional(),
    /** With `hang`: carry the request out after so many milliseconds, even when nobody waits for it any more. */
    ms: z.int().min(1).optional(),
    after: z.enum(['500', 'drop']).optional(),
  })
  .refine(
    (fault) => (fault.before === undefined) !== (fault.after === undefined),
    'say either before or after',
  );
export type Fault = z.output<typeof FaultInput>;

/** Failures that the next matching requests will meet, in the order they were asked for. */
export class Faults {
  #waiting: Fault[] = [];
  readonly #hanging = new Set<{ fault: Fault; goOn: () => void }>();

  add(fault: Fault): void {
    this.#waiting.push({ ...fault });
  }

  /** Forgets all of them, or those that are about this; a request that hangs because of one goes on. */
  clear(about?: string): void {
    const isMeant = (fault: Fault): boolean => about === undefined || fault.about === about;
    this.#waiting = this.#waiting.filter((fault) => !isMeant(fault));
    for (const { fault, goOn } of this.#hanging) if (isMeant(fault)) goOn();
  }

  /** Waits until the request is to be carried out (true), or until nobody will ever know whether it was (false). */
  async hang(fault: Fault, left: Promise<void>): Promise<boolean> {
    const { promise: wentOn, resolve: goOn } = Promise.withResolvers<void>();
    const hanging = { fault, goOn };
    this.#hanging.add(hanging);
    const timer = fault.ms === undefined ? undefined : setTimeout(goOn, fault.ms);
    try {
      const ends = [wentOn.then(() => true)];
      // Stripe knows nothing of a caller who leaves: what is only late is done.
      if (fault.ms === undefined) ends.push(left.then(() => false));
      return await Promise.race(ends);
    } finally {
      clearTimeout(timer);
      this.#hanging.delete(hanging);
    }
  }

  list(): Fault[] {
    return this.#waiting;
  }

  /** The fault that this request meets, used up once. */
  take({ method, path, text }: { method: string; path: string; text: string }): Fault | undefined {
    const fault = this.#waiting.find(
      (fault) =>
        (fault.method ?? method) === method &&
        path.startsWith(fault.path ?? '/') &&
        `${path} ${text}`.includes(fault.about ?? ''),
    );
    if (fault && --fault.times === 0) this.#waiting = this.#waiting.filter((other) => other !== fault);
    return fault;
  }
}

/** What Stripe says when a request fails before anything was carried out. */
export function refusalOf(fault: Fault): ApiError | undefined {
  switch (fault.before) {
    case '429':
      return refusal(429, 'rate_limit', 'Request rate limit exceeded.');
    case 'lock':
      return refusal(
        429,
        'lock_timeout',
        'This object cannot be accessed right now because another request is using it.',
        { 'stripe-should-retry': 'true' },
      );
    case '500':
      return new ApiError(
        500,
        { type: 'api_error', message: 'An unknown error occurred before the request was carried out.' },
        { isRemembered: false },
      );
    default:
      return undefined;
  }
}

function refusal(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): ApiError {
  return new ApiError(
    status,
    { type: 'invalid_request_error', code, message },
    { isRemembered: false, headers },
  );
}

export const lostAnswer = new ApiError(500, {
  type: 'api_error',
  message: 'An unknown error occurred after the request was carried out.',
});
