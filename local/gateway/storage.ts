type Json = Record<string, unknown>;

/** lite's Storage, as storage-js expects it: uploads of Blob and File, signed URLs, partial content. */
export function createStorage(
  forward: (request: Request) => Promise<Response>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const response = await forward(await withPlainBody(request));
    if (response.headers.has('content-range') && response.status === 200) {
      return new Response(response.body, { status: 206, headers: response.headers });
    }
    const { pathname } = new URL(request.url);
    const signs = request.method === 'POST' && /^\/storage\/v1\/object\/(upload\/)?sign\//.test(pathname);
    if (!signs || !response.ok) return response;
    return Response.json(withSignedUrl(await response.json()), { status: response.status });
  };
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
  return new Request(request.url, {
    method: request.method,
    headers,
    body: new Uint8Array((await file?.arrayBuffer()) ?? []),
  });
}

/** lite says `signedUrl: "/storage/v1/object/…"`; the platform says `signedURL: "/object/…"`, or `url` for uploads. */
function withSignedUrl(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(withSignedUrl);
  const { signedUrl, ...rest } = body as Json & { signedUrl?: string };
  const path = signedUrl ? signedUrl.replace(/^\/storage\/v1/, '') : null;
  return path?.startsWith('/object/upload/') ? { ...rest, url: path } : { ...rest, signedURL: path };
}
