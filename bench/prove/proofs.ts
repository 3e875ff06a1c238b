import type { Goal } from './goals.ts';

export interface Proof {
  /** As it is asked for: npm run prove -- access */
  name: string;
  /** The goal of its figures, by the first word of their names. */
  goals: Record<string, Goal>;
  /** The files and folders that print them. */
  sources: readonly string[];
  /** Its command in the short form, which ends within minutes. */
  tier1?: readonly string[];
  /** Its command in the long form. */
  tier2?: readonly string[];
  /** npm test runs the same. */
  isTested?: boolean;
}

/** Each is a program that runs by itself and prints its own figures; a new one is a line here. */
export const proofs: readonly Proof[] = [
  {
    name: 'access',
    goals: { matrix: 'G1', columns: 'G2' },
    sources: ['tests/access/matrix.test.ts', 'tests/access/columns.test.ts'],
    tier1: ['vitest', 'run', '--project', 'sql', 'tests/access', '--reporter=dot'],
    isTested: true,
  },
  {
    name: 'contract',
    goals: { matrix: 'G1', errors: 'G14' },
    sources: ['tests/access/over-http.test.ts', 'bench/prove/contract.ts'],
    tier1: ['node', 'bench/prove/contract.ts'],
    isTested: true,
  },
  {
    name: 'fuzz',
    goals: { fuzz: 'G3' },
    sources: ['bench/prove/fuzz.ts'],
    tier1: ['node', 'bench/prove/fuzz.ts', '--tier', '1'],
    tier2: ['node', 'bench/prove/fuzz.ts'],
  },
  {
    name: 'lints',
    goals: { lints: 'G4' },
    sources: ['bench/prove/lints.ts'],
    tier1: ['node', 'bench/prove/lints.ts'],
  },
  {
    name: 'plpgsql',
    goals: { plpgsql: 'G4' },
    sources: ['bench/prove/plpgsql.ts'],
    tier1: ['node', 'bench/prove/plpgsql.ts'],
  },
  {
    name: 'history',
    goals: { history: 'G7', counters: 'G17' },
    sources: ['bench/prove/history.ts'],
    tier1: ['node', 'bench/prove/history.ts', '--tier', '1'],
    tier2: ['node', 'bench/prove/history.ts'],
  },
  {
    name: 'limits',
    goals: { limits: 'G13' },
    sources: ['bench/prove/limits.ts'],
    tier1: ['node', 'bench/prove/limits.ts'],
  },
  {
    name: 'privacy',
    goals: { privacy: 'G16' },
    sources: ['bench/prove/privacy.ts'],
    tier1: ['node', 'bench/prove/privacy.ts'],
  },
  {
    name: 'money',
    goals: {
      same_event: 'G9',
      signatures: 'G9',
      webhooks: 'G9',
      permutations: 'G9',
      undelivered: 'G9',
      coupon: 'G5',
      identical_enrollments: 'G6',
      identical_checkouts: 'G6',
      storms: 'G6',
      crash: 'G8',
      properties: 'G7',
    },
    sources: ['bench/money'],
    tier1: ['node', 'bench/money/main.ts', '--tier', '1'],
    tier2: ['node', 'bench/money/main.ts'],
  },
  {
    name: 'one-request',
    goals: { one_request: 'G15' },
    sources: ['bench/prove/one-request.ts'],
    tier2: ['node', 'bench/prove/one-request.ts'],
  },
  {
    name: 'faults',
    goals: { faults: 'G10' },
    sources: ['bench/prove/faults.ts'],
    tier2: ['node', 'bench/prove/faults.ts'],
  },
  {
    name: 'survival',
    goals: { survival: 'G18' },
    sources: ['bench/prove/survival.ts', 'bench/survival'],
    tier2: ['node', 'bench/prove/survival.ts'],
  },
  {
    name: 'restore',
    goals: { restore: 'G11' },
    sources: ['bench/prove/restore.ts'],
    tier2: ['node', 'bench/prove/restore.ts'],
  },
  {
    name: 'migrations',
    goals: { migrations: 'G12' },
    sources: ['bench/prove/migrations.ts'],
    tier2: ['node', 'bench/prove/migrations.ts'],
  },
  {
    name: 'mutants',
    goals: { access: 'G1b' },
    sources: ['tests/access/prove.ts'],
    tier2: ['node', 'tests/access/prove.ts'],
  },
];
