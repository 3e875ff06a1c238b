import postgres, { type Options, type Sql } from 'postgres';

/**
 * A driver that outlives the server. postgres.js 3.4.9 does not: what is written to a connection that has just closed is
 * neither sent nor refused, and from then on that connection sends nothing more, not even its greeting to the next server
 * (github.com/porsager/postgres/pull/1209). So with the first connection that closes the whole driver is given up, which
 * refuses all that waits for it, and the next question opens another one.
 */
export function lastingSql(url: string, options: Options<Record<string, never>>): Sql {
  let driver: Sql | undefined;
  const open = (): Sql => {
    const opened: Sql = postgres(url, {
      ...options,
      // A connection that closes because it is old or idle would take its neighbours with it.
      idle_timeout: 0,
      max_lifetime: null,
      onclose() {
        if (driver === opened) driver = undefined;
        void opened.end({ timeout: 0 });
      },
    });
    return opened;
  };
  const current = (): Sql => (driver ??= open());
  return new Proxy(open as unknown as Sql, {
    apply: (_, self, args) => Reflect.apply(current(), self, args),
    get: (_, name) => Reflect.get(current(), name),
  });
}
