type Answer = (request: Request) => Promise<Response>;

interface Misunderstood {
  /** lite's own code and the beginning of its message. */
  code: string;
  message: RegExp;
  is: { status: number; code: string; message: string };
}

// lite calls some requests that it cannot understand a failure of its own.
const misunderstood: readonly Misunderstood[] = [
  {
    code: 'SUP',
    message: /^Error: Missing closing quote/,
    is: { status: 400, code: 'PGRST100', message: 'failed to parse select parameter' },
  },
  {
    code: 'SUP',
    message:
      /^(TypeError \[ERR_INVALID_ARG_TYPE\]|TypeError: Cannot convert object to primitive value|RangeError: Invalid time)/,
    is: { status: 400, code: '22P02', message: 'invalid input syntax for the type of a column' },
  },
  {
    // A number or a word where the rows should be; PostgREST hands it to Postgres, which wants objects.
    code: 'SUP',
    message: /^TypeError: Cannot use 'in' operator to search for /,
    is: {
      status: 400,
      code: '22023',
      message: 'argument of json_populate_recordset must be an array of objects',
    },
  },
  {
    // Every table has a key, and nobody may write to a view; lite stops before it asks Postgres.
    code: 'PGRSTXXX',
    message: /^Cannot return embedded data on a table without a primary key/,
    is: { status: 403, code: '42501', message: 'permission denied for view' },
  },
];

/** lite's Data API, answering as PostgREST to what is a mistake of the request. */
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
    const found = misunderstood.find((one) => one.code === code && one.message.test(message ?? ''));
    // lite answers 500 to every HEAD that fails.
    if (!found) return asked ? new Response(null, { status: told.status, headers: told.headers }) : response;
    const { status, ...body } = found.is;
    return asked
      ? new Response(null, { status })
      : Response.json({ ...body, details: null, hint: null }, { status });
  };
}
