import { expect, test } from 'vitest';
import { Outage } from '../../../local/gateway/outage.ts';

test('Whoever waits for a database that falls is told at once', async () => {
  const outage = new Outage();
  const waiting = outage.guard(() => new Promise(() => {}));
  outage.begin();
  expect((await waiting).status).toBe(503);
});

test('While it is away nobody asks it; when it is back everybody does', async () => {
  const outage = new Outage();
  outage.begin();
  const asked: string[] = [];
  const ask = () => outage.guard(async () => (asked.push('asked'), new Response('fine')));
  expect((await ask()).status).toBe(503);
  expect(asked).toEqual([]);
  outage.end();
  expect((await ask()).status).toBe(200);
});

test('Whoever waits for a database that hangs is told after a while, and late news are let go', async () => {
  const outage = new Outage();
  const late = Promise.withResolvers<Response>();
  expect((await outage.guard(() => late.promise, 1)).status).toBe(504);
  late.reject(new Error('gone'));
  expect((await outage.guard(async () => new Response('fine'))).status).toBe(200);
});
