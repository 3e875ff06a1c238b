/** What the project promises to prove, by the number under which every figure of it is printed. */
export const goals = {
  G1: 'Everybody may do exactly what the matrix says, in SQL and over HTTP; list, detail and embed agree',
  G1b: 'The matrix sees a lost policy, grant or guard',
  G2: 'No column can be written that the matrix does not allow',
  G3: 'Random calls, requests and queries break nothing, leak nothing and change nobody else',
  G4: 'Advisors, own rules, plpgsql_check and the linter of migrations are quiet',
  G5: 'A rush for a coupon with few seats sells exactly those',
  G6: 'The same checkout many times at once makes one order and one payment',
  G7: 'A long mixed history breaks no invariant',
  G8: 'Killing the database loses, doubles and invents nothing that was acknowledged',
  G9: 'Events of Stripe repeated, reordered, forged and lost end in one state',
  G10: 'Every fault on the way of a checkout ends in time, in the contract and without a double effect',
  G11: 'A backup is restored to a moment, and a dump into an empty cluster',
  G12: 'Migrations lead from nothing and from the release before to the same schema, under load',
  G13: 'Exactly as many pass a limit as it says, whatever a caller claims to be',
  G14: 'Every failure carries a code of the register with its status, from every service',
  G15: 'One request cannot hurt the others',
  G16: 'Erasure leaves nothing, export has everything, logs hold nothing personal',
  G17: 'Counters equal what is counted again',
  G18: 'A full disk, no connections and a wrong clock are survived',
} as const;

export type Goal = keyof typeof goals;
