import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { tellCallerAddress } from './caller-address.ts';
import { currentRequest } from './request-context.ts';
import type { Outage } from './outage.ts';
import type { Tokens } from './tokens.ts';

type Answer = (request: Request) => Promise<Response>;

export interface Routes {
  rest: Answer;
  auth: Answer;
  storage: Answer;
  functions: Answer;
  tokens: Tokens;
  outage: Outage;
  /** Lets a second terminal see that this very stack answers. */
  stackId: string;
}

/** Statements end after eight seconds, waiting for a connection after ten. */
const patienceMs = 13_000;

/** The one front door, as the platform's: four services and nothing else. */
export function createRouter(routes: Routes): Hono {
  const app = new Hono();

  // Functions answer their own preflights, as on the platform; these three do not.
  const allowOrigins = cors({
    origin: '*',
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposeHeaders: [
      'Content-Encoding',
      'Content-Location',
      'Content-Range',
      'Content-Type',
      'Date',
      'Location',
      'Range-Unit',
    ],
    maxAge: 3600,
  });

  app.use('*', async (c, next) => {
    tellCallerAddress(c.req.raw.headers, getConnInfo(c).remote.address ?? 'unknown');
    await next();
  });
  app.get('/health', (c) => c.json({ stack: routes.stackId }));
  app.all('/functions/v1/*', (c) => routes.functions(c.req.raw));
  for (const [path, answer] of [
    ['/rest/v1', routes.rest],
    ['/auth/v1', routes.auth],
    ['/storage/v1', routes.storage],
  ] as const) {
    app.use(`${path}/*`, allowOrigins);
    app.all(`${path}/*`, async (c) => {
      const request = await withInternalToken(c.req.raw, routes.tokens);
      const response = await routes.outage.guard(
        () => currentRequest.run(request, () => answer(request)),
        // A film takes as long as it takes.
        path === '/storage/v1' ? undefined : patienceMs,
      );
      return withoutCors(response);
    });
  }
  app.notFound((c) => c.json({ message: 'no Route matched with those values' }, 404));
  app.onError((error, c) => {
    console.error(error);
    return c.json({ message: 'An unexpected error occurred' }, 500);
  });
  return app;
}

async function withInternalToken(request: Request, tokens: Tokens): Promise<Request> {
  const token = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
  if (!token?.includes('.')) return request;
  const internal = await tokens.toInternal(token);
  if (internal === token) return request;
  const headers = new Headers(request.headers);
  headers.set('authorization', `Bearer ${internal}`);
  return new Request(request, { headers });
}

/** lite has its own idea of CORS; the router's is the one that counts. */
function withoutCors(response: Response): Response {
  const headers = new Headers(response.headers);
  for (const name of Array.from(headers.keys())) {
    if (name.startsWith('access-control-')) headers.delete(name);
  }
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
