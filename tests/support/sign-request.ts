import { createHash, createHmac, randomUUID } from 'node:crypto';

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();

export interface ApiKey {
  id: string;
  key: string;
}

/** What a company's program does: it signs the time, a nonce, the method, the path and the body (functions/README.md). */
export function signRequest(
  { id, key }: ApiKey,
  path: string,
  body: string,
  {
    timestamp = Math.floor(Date.now() / 1000),
    nonce = randomUUID(),
  }: { timestamp?: number; nonce?: string } = {},
): Record<string, string> {
  const message = ['LF2-HMAC-SHA256', timestamp, nonce, 'POST', path, sha256(body).toString('hex')].join(
    '\n',
  );
  const clientKey = sha256(key);
  const mask = createHmac('sha256', sha256(clientKey)).update(message).digest();
  return {
    'content-type': 'application/json',
    'x-learnflow-key': id,
    'x-learnflow-timestamp': String(timestamp),
    'x-learnflow-nonce': nonce,
    'x-learnflow-signature': Buffer.from(clientKey.map((byte, index) => byte ^ mask[index]!)).toString('hex'),
  };
}
