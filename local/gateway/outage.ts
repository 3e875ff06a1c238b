/** Answers for the database while it is away, as PostgREST does, rather than letting callers wait for a dead connection. */
export class Outage {
  #isDown = false;
  readonly #waiting = new Set<() => void>();

  begin(): void {
    this.#isDown = true;
    for (const tell of this.#waiting) tell();
  }

  end(): void {
    this.#isDown = false;
  }

  /**
   * The answer of the work; 503 when the database falls before there is one, and 504 when there is none for so long: a
   * database that hangs ends nothing itself, neither statements nor connections.
   */
  async guard(work: () => Promise<Response>, patienceMs?: number): Promise<Response> {
    if (this.#isDown) return unavailable();
    const working = work();
    // Whoever loses the race may still fail, and nobody would hear it.
    working.catch(() => {});
    const instead = Promise.withResolvers<Response>();
    const tell = () => instead.resolve(unavailable());
    this.#waiting.add(tell);
    const timer = patienceMs && setTimeout(() => instead.resolve(silent()), patienceMs);
    try {
      return await Promise.race([working, instead.promise]);
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(tell);
    }
  }
}

/** What the platform's front door says. */
function silent(): Response {
  return Response.json(
    { code: 'PGRST003', message: 'The upstream server is timing out', details: null, hint: null },
    { status: 504 },
  );
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
