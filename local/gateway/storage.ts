import { asFolderView, type ListQuery, type ListedObject } from './storage-list.ts';

type Json = Record<string, unknown>;
type Answer = (request: Request) => Promise<Response>;

/** lite's Storage, as storage-js expects it: uploads of Blob and File, folders, signed URLs, partial content. */
export function createStorage(forward: Answer): Answer {
  return async (request) => {
    const { pathname } = new URL(request.url);
    const [, action, bucket = '', path = ''] =
      /^\/storage\/v1\/object\/(sign|upload\/sign|list)\/([^/]+)(?:\/(.+))?$/.exec(pathname) ?? [];

    if (request.method === 'POST' && action === 'list') return list(request, forward);
    if (request.method === 'POST' && action === 'sign' && path === '')
      return signMany(request, bucket, forward);

    const response = await forward(await withPlainBody(request));
    // lite throws at a token that it did not sign.
    if (request.method === 'GET' && action === 'sign' && response.status === 500) return invalidToken();
    if (response.headers.has('content-range') && response.status === 200) {
      return new Response(response.body, { status: 206, headers: response.headers });
    }
    if (!action || !response.ok || !response.headers.get('content-type')?.includes('json')) return response;
    const body = (await response.json()) as Json;
    return Response.json(request.method === 'PUT' ? { Key: `${bucket}/${path}` } : withSignedUrl(body));
  };
}

function invalidToken(): Response {
  const body = { statusCode: '400', error: 'InvalidJWT', message: 'Invalid Compact JWS' };
  return Response.json(body, { status: 400 });
}

/** storage-js wraps a Blob in a form whose file has no name; lite reads the bytes of the body instead. */
async function withPlainBody(request: Request): Promise<Request> {
  if (!request.headers.get('content-type')?.startsWith('multipart/form-data')) return request;
  const form = await request.formData();
  const file = [...form.values()].find((value) => value instanceof Blob);
  const headers = new Headers(request.headers);
  headers.set('content-type', file?.type || 'application/octet-stream');
  headers.set('content-length', String(file?.size ?? 0));
  const maxAge = form.get('cacheControl');
  if (typeof maxAge === 'string') headers.set('cache-control', `max-age=${maxAge}`);
  const bytes = new Uint8Array((await file?.arrayBuffer()) ?? []);
  return new Request(request.url, { method: request.method, headers, body: bytes });
}

/** lite says `signedUrl: "/storage/v1/object/…"`; the platform says `signedURL: "/object/…"`, or `url` for uploads. */
function withSignedUrl({ signedUrl, ...rest }: Json): Json {
  const path = String(signedUrl ?? '').replace(/^\/storage\/v1/, '');
  return path.startsWith('/object/upload/') ? { ...rest, url: path } : { ...rest, signedURL: path };
}

/** lite takes a request for many URLs for one without a path. */
async function signMany(request: Request, bucket: string, forward: Answer): Promise<Response> {
  const { expiresIn, paths } = (await request.json()) as { expiresIn: number; paths: string[] };
  const sign = async (path: string): Promise<Json> => {
    const url = `/storage/v1/object/sign/${bucket}/${path.split('/').map(encodeURIComponent).join('/')}`;
    const response = await forward(withJson(request, url, { expiresIn }));
    if (!response.ok) return { path, signedURL: null, error: unknownObject };
    return { ...withSignedUrl((await response.json()) as Json), path, error: null };
  };
  return Response.json(await Promise.all(paths.map(sign)));
}

const unknownObject = 'Either the object does not exist or you do not have access to it';

async function list(request: Request, forward: Answer): Promise<Response> {
  const query = (await request.json()) as ListQuery;
  const folder = (query.prefix ?? '').replace(/\/+$/, '');
  const prefix = folder === '' ? '' : `${folder}/`;
  const response = await forward(
    withJson(request, new URL(request.url).pathname, { prefix, limit: 100_000 }),
  );
  if (!response.ok) return response;
  return Response.json(asFolderView((await response.json()) as ListedObject[], prefix, query));
}

function withJson(request: Request, path: string, body: Json): Request {
  const headers = new Headers(request.headers);
  headers.delete('content-length');
  return new Request(new URL(path, request.url), { method: 'POST', headers, body: JSON.stringify(body) });
}
