import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';

/** The one address everything binds to. */
export const loopback = '127.0.0.1';

/**
 * For our HTTP servers: a connection outlives the patience of every client. Node would close an idle one after five seconds, and
 * whoever sends a POST in that moment is told that fetch failed. Deno keeps one for ninety seconds.
 */
export const longConnections = { keepAliveTimeout: 120_000, keepAliveTimeoutBuffer: 5_000 };

/**
 * Ports that nothing listens on; all are held open until the last is found, so that they differ. They lie below those that a
 * system gives to outgoing connections, one of which could take a free port again before it is used.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listenSomewhere));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map(close));
  return ports;
}

/** Throws an error that names the first port somebody else holds. */
export async function assertPortsFree(ports: Readonly<Record<string, number>>): Promise<void> {
  const otherBase = Math.min(...Object.values(ports)) - 1 + 1000;
  for (const [name, port] of Object.entries(ports)) {
    try {
      await close(await listen(port));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      const why = code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be opened (${code})`;
      throw new Error(
        `Port ${port} (${name}) ${why}. Stop that program, or move the whole stack: ` +
          `LEARNFLOW_PORT_BASE=${otherBase} npm start`,
        { cause: error },
      );
    }
  }
}

async function listenSomewhere(): Promise<Server> {
  for (;;) {
    const server = await listen(randomInt(20_000, 32_768)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error;
    });
    if (server) return server;
  }
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: loopback, exclusive: true }, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
