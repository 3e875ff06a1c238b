import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // A forgotten .only would hide every other test.
    allowOnly: false,
    // Two files at a time, however many cores there are: every file touches only what it made itself.
    maxWorkers: 2,
    // Stopping a stack takes a moment.
    teardownTimeout: 30_000,
    projects: [
      {
        // Handlers, schemas, the client and the parts of the local stack, without a stack.
        test: {
          name: 'unit',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/{access,faults,sql,money,payments,schema,stories}/**'],
        },
      },
      {
        // Every pgTAP file, and the rules that bind every object of the database.
        test: {
          name: 'sql',
          include: ['tests/{access,sql}/**/*.test.ts'],
          exclude: ['tests/access/over-http.test.ts'],
          globalSetup: 'tests/support/scratch.setup.ts',
          // So many pgTAP files run at the same time, each in a database of its own.
          maxConcurrency: 2,
          testTimeout: 60_000,
        },
      },
      {
        // Properties of money against random cases, and what happens to them when a safeguard is taken away.
        test: {
          name: 'money',
          include: ['tests/money/**/*.test.ts'],
          globalSetup: 'tests/support/scratch.setup.ts',
          // A database for each file.
          maxConcurrency: 3,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // sql/, migrations and generated types agree; the advisors and the linter of migrations are quiet.
        test: {
          name: 'schema',
          include: ['tests/schema/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        // What kills parts of a stack, on one of its own.
        test: {
          name: 'faults',
          include: ['tests/faults/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 120_000,
        },
      },
      {
        // The authorisation matrix over HTTP, on a stack of its own: it puts every table back as it was.
        test: {
          name: 'access',
          include: ['tests/access/over-http.test.ts'],
          globalSetup: 'tests/support/stack.setup.ts',
          setupFiles: ['tests/support/contract.setup.ts', 'tests/support/invariants.setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        // People on a running stack, over HTTP, and every case of a payment that has a number.
        test: {
          name: 'stories',
          include: ['tests/{payments,stories}/**/*.test.ts'],
          exclude: ['tests/payments/outage.test.ts'],
          globalSetup: 'tests/support/stack.setup.ts',
          setupFiles: ['tests/support/contract.setup.ts', 'tests/support/invariants.setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // What happens to payments while something is killed or misconfigured, where nobody else needs it.
        test: {
          name: 'outage',
          include: ['tests/payments/outage.test.ts'],
          globalSetup: 'tests/support/stack.setup.ts',
          setupFiles: ['tests/support/contract.setup.ts', 'tests/support/invariants.setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
