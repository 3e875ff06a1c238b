import { expect, test } from 'vitest';
import { tellCallerAddress } from '../../../local/gateway/caller-address.ts';

test('Where a request comes from is what the gateway sees, not what the request says', () => {
  const headers = new Headers({ 'CF-Connecting-IP': '1.2.3.4', 'X-Forwarded-For': '1.2.3.4' });
  tellCallerAddress(headers, '192.0.2.7');
  expect(headers.get('cf-connecting-ip')).toBe('192.0.2.7');
  expect(headers.get('x-forwarded-for')).toBe('1.2.3.4, 192.0.2.7');
});

test('Without a header there is one afterwards', () => {
  const headers = new Headers();
  tellCallerAddress(headers, '192.0.2.7');
  expect(headers.get('x-forwarded-for')).toBe('192.0.2.7');
});
