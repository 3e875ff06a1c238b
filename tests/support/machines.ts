import { inject } from 'vitest';

/** Calls an edge function that works on a schedule, as the scheduler does. */
export async function callWorker(name: string, body: object = {}): Promise<Record<string, unknown>> {
  const { functions_url, cron_secret } = inject('stack');
  const response = await fetch(`${functions_url}/${name}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${cron_secret}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${name} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

/** Tells the Stripe emulator what happens next. */
export async function controlStripe(path: string, body: object = {}): Promise<unknown> {
  const response = await fetch(`${inject('stack').stripe.url}/_emu/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`The emulator refused: ${await response.text()}`);
  return response.json();
}
