/** One request to the API, as it came. */
export type SeenRequest = { number: number; method: string; path: string; form: string; userAgent: string };

const kept = 20_000;

/** What was asked lately: for tests that prove what is asked, and what is not. */
export class RequestLog {
  #seen: SeenRequest[] = [];
  #count = 0;

  add(request: Omit<SeenRequest, 'number'>): void {
    this.#count += 1;
    this.#seen.push({ number: this.#count, ...request });
    if (this.#seen.length > 2 * kept) this.#seen = this.#seen.slice(-kept);
  }

  /** Those after the request of this number. */
  after(number: number): SeenRequest[] {
    return this.#seen.filter((request) => request.number > number);
  }
}
