import { inject } from 'vitest';

/** Calls a scheduled function as the scheduler does, or with another token. */
export async function runWorker(
  name: string,
  body: object = {},
  token: string = inject('stack').cron_secret,
): Promise<{ status: number; body: any }> {
  const response = await fetch(`${inject('stack').functions_url}/${name}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}
