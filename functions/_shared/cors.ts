import { corsHeaders as sdkHeaders } from '@supabase/supabase-js/cors';

// Of the SDK's own CORS headers only those that it sends; its permission for every origin is not taken over.
const { 'Access-Control-Allow-Headers': sentHeaders = '' } = sdkHeaders;

/** Answers browsers: only origins on the list may read our answers. */
export function corsHeaders(
  origin: string | null,
  allowedOrigins: readonly string[],
): Record<string, string> {
  // Vary always, so that a cache never hands one origin's answer to another.
  if (origin === null || !allowedOrigins.includes(origin)) return { vary: 'origin' };
  return {
    vary: 'origin',
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'retry-after, x-request-id',
  };
}

export const preflightHeaders = (methods: readonly string[]): Record<string, string> => ({
  'access-control-allow-methods': methods.join(', '),
  'access-control-allow-headers': sentHeaders,
  'access-control-max-age': '86400',
});
