import { randomBytes } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export function randomText(length: number): string {
  return Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('');
}

/** Prefix and length of every kind of id, as Stripe writes them. */
const shapes = {
  account: ['acct_1', 15],
  balanceTransaction: ['txn_3', 23],
  bankPayment: ['py_3', 23],
  bankRefund: ['pyr_1', 23],
  charge: ['ch_3', 23],
  customer: ['cus_', 14],
  dispute: ['du_1', 23],
  earlyFraudWarning: ['issfr_1', 23],
  event: ['evt_1', 23],
  payout: ['po_1', 23],
  paymentIntent: ['pi_3', 23],
  paymentMethod: ['pm_1', 23],
  refund: ['re_3', 23],
  request: ['req_', 14],
  transfer: ['tr_1', 23],
  transferReversal: ['trr_1', 23],
} as const;

export function newId(kind: keyof typeof shapes): string {
  const [prefix, length] = shapes[kind];
  return prefix + randomText(length);
}
