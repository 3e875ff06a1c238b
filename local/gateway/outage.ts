/** Answers for the database while it is away, as PostgREST does, rather than letting callers wait for a dead connection. */
export class Outage {
  #isDown = false;
  #fell = Promise.withResolvers<void>();

  begin(): void {
    this.#isDown = true;
    this.#fell.resolve();
  }

  end(): void {
    this.#isDown = false;
    this.#fell = Promise.withResolvers<void>();
  }

  /** The answer of the work, or 503 when the database falls before there is one. */
  async guard(work: () => Promise<Response>): Promise<Response> {
    if (this.#isDown) return unavailable();
    const working = work();
    // Whoever loses the race may still fail, and nobody would hear it.
    working.catch(() => {});
    return Promise.race([working, this.#fell.promise.then(unavailable)]);
  }
}

function unavailable(): Response {
  return Response.json(
    {
      code: 'PGRST001',
      message: 'Database client error. Retrying the connection.',
      details: null,
      hint: null,
    },
    { status: 503, headers: { 'retry-after': '1' } },
  );
}
