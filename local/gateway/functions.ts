import type { FunctionConfig } from '../config.ts';
import type { Tokens } from './tokens.ts';

/** Hands /functions/v1/NAME/… to the functions host, after the check that verify_jwt asks for. */
export function createFunctions(
  hostUrl: string,
  functions: readonly FunctionConfig[],
  tokens: Tokens,
): (request: Request) => Promise<Response> {
  const byName = new Map(functions.map((config) => [config.name, config]));
  return async (request) => {
    const url = new URL(request.url);
    const path = url.pathname.replace(/^\/functions\/v1/, '');
    const config = byName.get(path.split('/')[1] ?? '');
    if (!config) return problem(404, 'NOT_FOUND', 'Requested function was not found');
    if (config.verifyJwt && request.method !== 'OPTIONS') {
      const refused = await refusal(request, tokens);
      if (refused) return refused;
    }
    const headers = new Headers(request.headers);
    for (const name of ['host', 'connection', 'content-length', 'transfer-encoding']) headers.delete(name);
    headers.set('x-forwarded-host', url.host);
    headers.set('x-forwarded-proto', 'http');
    // Read whole, whatever the function makes of it: what is answered before it is read costs the client its connection.
    const body = request.body && (await request.arrayBuffer());
    try {
      const response = await fetch(new URL(path + url.search, hostUrl), {
        method: request.method,
        headers,
        body,
        redirect: 'manual',
        signal: request.signal,
      });
      return overOwnConnection(response);
    } catch (error) {
      if (request.signal.aborted) throw error;
      return problem(503, 'BOOT_ERROR', 'The functions host is not running (please check the logs)');
    }
  };
}

/** The connection between the gateway and the functions is none of the client's business. */
function overOwnConnection({ body, status, statusText, headers: theirs }: Response): Response {
  const headers = new Headers(theirs);
  for (const name of ['connection', 'keep-alive']) headers.delete(name);
  return new Response(body, { status, statusText, headers });
}

async function refusal(request: Request, tokens: Tokens): Promise<Response | undefined> {
  const token = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
  if (!token) return problem(401, 'UNAUTHORIZED_NO_AUTH_HEADER', 'Missing authorization header');
  try {
    await tokens.verify(token);
    return undefined;
  } catch {
    return problem(401, 'UNAUTHORIZED_INVALID_JWT_FORMAT', 'Invalid JWT');
  }
}

function problem(status: number, code: string, message: string): Response {
  return Response.json({ code, message }, { status });
}
