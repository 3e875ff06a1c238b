/** What is promised under a number, and in which tier it has to be proved at the latest. */
interface Promised {
  says: string;
  /** 1: on every run of the tests, within ten minutes together; 2: on demand. */
  tier: 1 | 2;
}

/** What the project promises to prove, by the number under which every figure of it is printed. */
export const goals = {
  G1: {
    tier: 1,
    says: 'Everybody may do exactly what the matrix says, in SQL and over HTTP; list, detail and embed agree',
  },
  G1b: { tier: 2, says: 'The tests see a lost policy, grant, guard or check' },
  G2: { tier: 1, says: 'No column can be written that the matrix does not allow' },
  G3: {
    tier: 1,
    says: 'Random calls, requests and queries break nothing, leak nothing and change nobody else',
  },
  G4: { tier: 1, says: 'Advisors, own rules, plpgsql_check and the linter of migrations are quiet' },
  G5: { tier: 1, says: 'A rush for a coupon with few seats sells exactly those' },
  G6: { tier: 2, says: 'The same checkout many times at once makes one order and one payment' },
  G7: { tier: 2, says: 'A long mixed history breaks no invariant' },
  G8: {
    tier: 1,
    says: 'Killing the database loses, doubles and invents nothing that was acknowledged',
  },
  G9: { tier: 1, says: 'Events of Stripe repeated, reordered, forged and lost end in one state' },
  G10: {
    tier: 2,
    says: 'Every fault on the way of a checkout ends in time, in the contract and without a double effect',
  },
  G11: { tier: 2, says: 'A backup is restored to a moment, and a dump into an empty cluster' },
  G12: {
    tier: 2,
    says: 'Migrations lead from nothing and from the release before to the same schema, under load',
  },
  G13: { tier: 1, says: 'Exactly as many pass a limit as it says, whatever a caller claims to be' },
  G14: {
    tier: 1,
    says: 'Every failure carries a code of the register with its status, from every service',
  },
  G15: { tier: 2, says: 'One request cannot hurt the others' },
  G16: { tier: 1, says: 'Erasure leaves nothing, export has everything, logs hold nothing personal' },
  G17: { tier: 1, says: 'Counters equal what is counted again' },
  G18: { tier: 2, says: 'A full disk, no connections and a wrong clock are survived' },
} as const satisfies Record<string, Promised>;

export type Goal = keyof typeof goals;
