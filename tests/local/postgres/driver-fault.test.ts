import { expect, test } from 'vitest';
import { isDriverFault } from '../../../local/postgres/driver-fault.ts';

const lost = (code: string) => Object.assign(new Error('write'), { code });

test('only the driver’s own write to a lost connection is looked away from', () => {
  const fault = new TypeError("Cannot read properties of null (reading 'write')");
  fault.stack = `${fault.message}\n    at nextWrite (file:///app/node_modules/postgres/src/connection.js:255:22)`;
  expect(isDriverFault(fault)).toBe(true);
  expect(isDriverFault(new TypeError(fault.message))).toBe(false);
  expect(isDriverFault(new Error('anything else'))).toBe(false);
});

test('so is a lost connection that nobody waits for', () => {
  expect(isDriverFault(lost('CONNECTION_CLOSED'))).toBe(true);
  expect(isDriverFault(lost('57P01'))).toBe(true);
  expect(isDriverFault(lost('42P01'))).toBe(false);
});
