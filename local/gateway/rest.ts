type Answer = (request: Request) => Promise<Response>;

// lite calls some requests that it cannot understand a failure of its own.
const misunderstood: readonly (readonly [RegExp, string, string])[] = [
  [/^Error: Missing closing quote/, 'PGRST100', 'failed to parse select parameter'],
  [
    /^(TypeError \[ERR_INVALID_ARG_TYPE\]|RangeError: Invalid time)/,
    '22P02',
    'invalid input syntax for the type of a column',
  ],
];

/** lite's Data API, answering 400 to what PostgREST answers 400 to. */
export function createRest(forward: Answer): Answer {
  return async (request) => {
    // Only with the body in hand can the request be asked about again.
    const asked =
      request.method === 'HEAD'
        ? new Request(request.url, { method: 'GET', headers: request.headers })
        : undefined;
    const response = await forward(request);
    if (response.status !== 500) return response;
    const told = asked ? await forward(asked) : response.clone();
    const { code, message } = (await told.json().catch(() => ({}))) as { code?: string; message?: string };
    const [, trueCode, trueMessage] =
      (code === 'SUP' && misunderstood.find(([pattern]) => pattern.test(message ?? ''))) || [];
    // lite answers 500 to every HEAD that fails.
    if (!trueCode)
      return asked ? new Response(null, { status: told.status, headers: told.headers }) : response;
    const body = { code: trueCode, message: trueMessage, details: null, hint: null };
    return asked ? new Response(null, { status: 400 }) : Response.json(body, { status: 400 });
  };
}
