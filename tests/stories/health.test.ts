import { describe, expect, inject, test } from 'vitest';
import { Health, HealthDetails } from '../../types/schemas/health.ts';
import { anonymous, signUp } from '../support/people.ts';

const get = async (headers: Record<string, string> = {}) => {
  const answer = await fetch(`${inject('stack').functions_url}/health`, { headers });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
};

describe('how is the service?', () => {
  test('anybody may ask, and learns no more than that', async () => {
    const { status, json } = await get();
    expect(status).toBe(200);
    expect(Object.keys(json).toSorted()).toEqual(['cache', 'database', 'status', 'timestamp']);
    expect(Health.parse(json)).toMatchObject({ status: 'healthy', database: 'ok' });
    expect(Math.abs(Date.parse(String(json['timestamp'])) - Date.now())).toBeLessThan(60_000);

    const { data } = await anonymous().rpc('health').throwOnError();
    expect(data).toMatchObject({ status: 'healthy', database: 'ok' });
  });

  test('so does who is signed in, whatever he is', async () => {
    const ruth = await signUp('Ruth', 'admin');
    const { data } = await ruth.client.functions.invoke('health', { method: 'GET' });
    expect(Object.keys(data)).toHaveLength(4);
    expect((await get({ authorization: 'Bearer guessed' })).json).not.toHaveProperty('jobs');
  });

  test('a machine of ours learns what is behind, and what waits for a person', async () => {
    const { cron_secret, secret_key } = inject('stack');
    for (const headers of [{ authorization: `Bearer ${cron_secret}` }, { apikey: secret_key }]) {
      const { status, json } = await get(headers as Record<string, string>);
      expect(status).toBe(200);
      expect(HealthDetails.parse(json)).toMatchObject({
        storage: 'ok',
        stripe: { reachable: true, mode: 'test' },
        stripe_livemode: false,
      });
    }
  });

  test('it is asked, not told', async () => {
    const answer = await fetch(`${inject('stack').functions_url}/health`, { method: 'POST' });
    expect(answer.status).toBe(405);
  });
});
