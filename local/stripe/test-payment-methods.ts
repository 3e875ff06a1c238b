/** What comes of paying with a test payment method: https://docs.stripe.com/testing */
export type Outcome =
  | { is: 'paid'; later?: 'dispute' | 'inquiry' | 'fraud_warning' | 'refund_fails' | 'refund_pends' }
  | { is: 'declined'; code: string; declineCode: string; adviceCode: string; message: string }
  | { is: 'authentication' }
  | { is: 'processing' };

export type TestPaymentMethod = {
  type: 'card' | 'us_bank_account' | 'sepa_debit';
  brand?: string;
  number: string;
  outcome: Outcome;
};

const paid: Outcome = { is: 'paid' };

function card(number: string, outcome: Outcome, brand = 'visa'): TestPaymentMethod {
  return { type: 'card', brand, number, outcome };
}

function declined(
  number: string,
  declineCode: string,
  code = 'card_declined',
  message = 'Your card was declined.',
) {
  const adviceCode = adviceCodes[declineCode] ?? 'try_again_later';
  return card(number, { is: 'declined', code, declineCode, adviceCode, message });
}

const adviceCodes: Record<string, string> = {
  expired_card: 'confirm_card_data',
  incorrect_cvc: 'confirm_card_data',
  lost_card: 'do_not_try_again',
  stolen_card: 'do_not_try_again',
  fraudulent: 'do_not_try_again',
};

const declines = {
  '': declined('4000000000000002', 'generic_decline'),
  InsufficientFunds: declined(
    '4000000000009995',
    'insufficient_funds',
    undefined,
    'Your card has insufficient funds.',
  ),
  LostCard: declined('4000000000009987', 'lost_card'),
  StolenCard: declined('4000000000009979', 'stolen_card'),
  Fraudulent: declined('4100000000000019', 'fraudulent'),
  ExpiredCard: declined('4000000000000069', 'expired_card', 'expired_card', 'Your card has expired.'),
  IncorrectCvc: declined(
    '4000000000000127',
    'incorrect_cvc',
    'incorrect_cvc',
    "Your card's security code is incorrect.",
  ),
  ProcessingError: declined(
    '4000000000000119',
    'processing_error',
    'processing_error',
    'An error occurred while processing your card. Try again in a little bit.',
  ),
  VelocityLimitExceeded: declined('4000000000006975', 'card_velocity_exceeded'),
};

/** The documented names, `pm_card_` and more; `pm_card_chargeDeclined…` and `pm_card_visa_chargeDeclined…` mean the same. */
export const testPaymentMethods: Record<string, TestPaymentMethod> = {
  pm_card_visa: card('4242424242424242', paid),
  pm_card_bypassPending: card('4000000000000077', paid),
  pm_card_visa_debit: card('4000056655665556', paid),
  pm_card_mastercard: card('5555555555554444', paid, 'mastercard'),
  pm_card_amex: card('378282246310005', paid, 'amex'),
  pm_card_discover: card('6011111111111117', paid, 'discover'),
  pm_card_authenticationRequired: card('4000002760003184', { is: 'authentication' }),
  pm_card_threeDSecure2Required: card('4000000000003220', { is: 'authentication' }),
  pm_card_chargeCustomerFail: declined('4000000000000341', 'generic_decline'),
  pm_card_createDispute: card('4000000000000259', { is: 'paid', later: 'dispute' }),
  pm_card_createDisputeProductNotReceived: card('4000000000002685', { is: 'paid', later: 'dispute' }),
  pm_card_createDisputeInquiry: card('4000000000001976', { is: 'paid', later: 'inquiry' }),
  pm_card_createIssuerFraudRecord: card('4000000000005423', { is: 'paid', later: 'fraud_warning' }),
  pm_card_refundFail: card('4000000000005126', { is: 'paid', later: 'refund_fails' }),
  pm_card_pendingRefund: card('4000000000007726', { is: 'paid', later: 'refund_pends' }),
  pm_usBankAccount_success: {
    type: 'us_bank_account',
    number: '000123456789',
    outcome: { is: 'processing' },
  },
  pm_sepaDebit: { type: 'sepa_debit', number: 'DE89370400440532013000', outcome: { is: 'processing' } },
  ...Object.fromEntries(
    Object.entries(declines).flatMap(([name, method]) => [
      [`pm_card_chargeDeclined${name}`, method],
      [`pm_card_visa_chargeDeclined${name}`, method],
    ]),
  ),
};

export function tokenOfCardNumber(number: string): string | undefined {
  return Object.keys(testPaymentMethods).find((token) => testPaymentMethods[token]!.number === number);
}
