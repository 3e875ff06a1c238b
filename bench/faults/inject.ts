import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { postgresPlace } from '../../local/postgres/account.ts';
import type { World } from '../money/world.ts';
import type { Manner } from './checkout.ts';

/** Something that goes wrong again and again while people buy. */
export interface Fault {
  name: string;
  /** Numbers of tests/faults.csv. */
  proves: readonly string[];
  manner?: Manner;
  /** Lets it happen once; called again and again until the purchases are done. */
  strike(world: World): Promise<void>;
  /** Between two strikes, in milliseconds. */
  everyMs: number;
  /** Before the first strike; what it answers is called after the last one. */
  prepare?(world: World): Promise<() => Promise<void>>;
}

const pids = async (...query: string[]): Promise<number[]> =>
  promisify(execFile)('pgrep', query).then(
    ({ stdout }) => stdout.trim().split('\n').map(Number),
    () => [],
  );

/** Both are children of this process. */
async function postmaster({ stack }: World): Promise<number> {
  const file = await readFile(join(postgresPlace(stack.settings).data, 'postmaster.pid'), 'utf8');
  return Number(file.split('\n')[0]);
}
const functionsHost = () => pids('-P', String(process.pid), '-f', 'functions/host.ts');

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has just ended by itself.
  }
}

/** Freezes the server and every session of it: nothing is lost, nothing answers. */
async function freeze(world: World, ms: number): Promise<void> {
  const parent = await postmaster(world);
  const all = [parent, ...(await pids('-P', String(parent)))];
  for (const pid of all) signal(pid, 'SIGSTOP');
  try {
    await sleep(ms);
  } finally {
    for (const pid of all) signal(pid, 'SIGCONT');
  }
}

/** The next request to Stripe meets one of these; what was not met is forgotten, or nobody would ever get through. */
const oneOf = async (world: World, ...choices: object[]): Promise<void> => {
  await calmEmulator(world);
  // Now and then none: a fault for every request is an outage, and whoever is left alone with it never gets through.
  const choice = choices[Math.floor(Math.random() * (choices.length + 1))];
  if (choice) await world.emulator('fault', choice);
};
const calmEmulator = async ({ stack }: World) => {
  await fetch(`${stack.stripe.url}/_emu/fault`, { method: 'DELETE', body: '{}' });
};

/** Sessions that do nothing, as many as the server lets in. A pool's reserve() would wait for ever for the first that it does not. */
export async function takeEverySession(world: World): Promise<() => Promise<void>> {
  const [row] = await world.sql`select current_setting('max_connections')::int as most`;
  const sessions = Array.from({ length: row!['most'] as number }, () =>
    postgres(world.stack.database_url, { max: 1, onnotice: () => {}, idle_timeout: 0 }),
  );
  await Promise.allSettled(sessions.map((session) => session`select 1`));
  return async () => {
    await Promise.all(sessions.map((session) => session.end({ timeout: 0 })));
  };
}

/** Requests that never end: a head, then a byte now and then. */
function openSlowClients({ stack }: World, count: number): () => void {
  const { hostname, port } = new URL(stack.api_url);
  const sockets: Socket[] = Array.from({ length: count }, () => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    socket.write(
      `POST /functions/v1/create-payment-intent HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{`,
    );
    return socket;
  });
  const drip = setInterval(() => sockets.forEach((socket) => socket.writable && socket.write(' ')), 1000);
  return () => {
    clearInterval(drip);
    for (const socket of sockets) socket.destroy();
  };
}

export const faults: readonly Fault[] = [
  {
    name: 'stripe_refuses',
    proves: ['F163'],
    everyMs: 150,
    strike: (world) => oneOf(world, { before: '500' }, { before: '429' }, { before: 'lock' }),
    prepare: async (world) => () => calmEmulator(world),
  },
  {
    name: 'stripe_answers_get_lost',
    proves: ['F163', 'F161'],
    everyMs: 150,
    strike: (world) => oneOf(world, { after: 'drop' }, { after: '500', path: '/v1/payment_intents' }),
    prepare: async (world) => () => calmEmulator(world),
  },
  {
    name: 'stripe_hangs',
    proves: ['F163'],
    everyMs: 8000,
    // Later than the SDK waits: what was given up is carried out all the same.
    strike: (world) => oneOf(world, { before: 'hang', ms: 12_000 }),
    prepare: async (world) => () => calmEmulator(world),
  },
  {
    name: 'webhooks_doubled_and_out_of_order',
    proves: ['F154', 'F155', 'F156'],
    everyMs: 700,
    async strike(world) {
      await world.emulator('release', { order: 'shuffle', copies: 3, concurrent: true });
      await world.emulator('hold');
    },
    async prepare(world) {
      await world.emulator('hold');
      return async () => {
        await world.emulator('release', { order: 'reverse', copies: 2 });
      };
    },
  },
  {
    name: 'database_killed',
    proves: ['F170'],
    // The supervisor gives up on a Postgres that dies more than five times a minute.
    everyMs: 13_000,
    strike: async (world) => signal(await postmaster(world), 'SIGKILL'),
  },
  {
    name: 'database_session_killed',
    proves: ['F171'],
    everyMs: 13_000,
    // One crashed session makes Postgres restart all of them.
    async strike(world) {
      const [row] = await world.sql`
        select pid from pg_stat_activity where application_name = 'gateway' order by random() limit 1`;
      if (row) signal(row['pid'] as number, 'SIGKILL');
    },
  },
  {
    name: 'database_sessions_ended',
    proves: ['F172'],
    everyMs: 600,
    async strike({ sql }) {
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gateway'`;
    },
  },
  {
    name: 'database_hangs',
    proves: ['F177', 'F178'],
    everyMs: 9000,
    strike: (world) => freeze(world, 16_000),
  },
  {
    name: 'database_slow',
    proves: ['F177'],
    everyMs: 60,
    strike: (world) => freeze(world, 200),
  },
  {
    name: 'rows_locked',
    proves: ['F098'],
    everyMs: 1000,
    async strike({ sql }) {
      await sql.begin(async (transaction) => {
        await transaction`set local lock_timeout = '2s'`;
        await transaction`lock table public.orders, public.payments in exclusive mode`;
        // Longer than anybody waits for a lock.
        await transaction`select pg_sleep(6)`;
      });
    },
  },
  {
    name: 'transaction_left_open',
    proves: ['F186'],
    everyMs: 6000,
    // An API that hangs in the middle: it has the settings of its role, and the server ends it after ten seconds.
    async strike({ stack }) {
      const session = postgres(stack.database_url, { max: 1, onnotice: () => {} });
      try {
        await session.begin(async (transaction) => {
          await transaction`
            select set_config(split_part(c, '=', 1), substr(c, strpos(c, '=') + 1), true)
            from pg_db_role_setting s, unnest(s.setconfig) c where s.setrole = 'service_role'::regrole and s.setdatabase = 0`;
          await transaction`lock table public.orders, public.payments in exclusive mode`;
          await sleep(15_000);
          await transaction`select 1`;
        });
        throw new Error('nobody ended a transaction that was left open for 15 seconds');
      } finally {
        await session.end({ timeout: 0 });
      }
    },
  },
  {
    name: 'no_connections_left',
    proves: ['F106'],
    everyMs: 3000,
    async strike(world) {
      // Those that are open already would go on: without them the API meets the full server.
      await world.sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gateway'`;
      const release = await takeEverySession(world);
      try {
        await sleep(4000);
      } finally {
        await release();
      }
    },
  },
  {
    name: 'functions_killed',
    proves: ['F162', 'F173'],
    everyMs: 7000,
    async strike() {
      for (const pid of await functionsHost()) signal(pid, 'SIGKILL');
    },
  },
  {
    name: 'clients_hang_up_and_crawl',
    proves: ['F107', 'F161'],
    manner: { isClumsy: true },
    everyMs: 1000,
    strike: async () => {},
    prepare: async (world) => {
      const close = openSlowClients(world, 100);
      return async () => close();
    },
  },
];
