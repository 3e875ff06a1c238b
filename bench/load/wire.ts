import type { Socket } from 'node:net';
import pg from 'pg';
import { serialize } from 'pg-protocol';

/** One connection that sends whole transactions, a packet each. */
export interface Wire {
  /** Prepares a statement under a name. */
  prepare(name: string, text: string): Promise<void>;
  /** Sends what `transaction` made and tells the code and text of the error, if there was one. */
  send(packet: Buffer, done: (error: string | undefined) => void): void;
  /** The server's process, to see what it costs. */
  process: number;
  close(): void;
}

/** One bound statement of a transaction. */
export interface Step {
  statement: string;
  values?: (string | null)[];
}

/** A transaction as bytes: every statement bound and executed, and one flush at the end. */
export function transaction(steps: readonly Step[]): Buffer {
  const parts = steps.flatMap(({ statement, values = [] }) => [
    serialize.bind({ statement, values }),
    serialize.execute(),
  ]);
  return Buffer.concat([...parts, serialize.sync()]);
}

/**
 * A client library costs more than the database does for a small statement: with two cores it would measure itself.
 * So pg opens the connection, and from then on bytes go out as they were prepared and only the frames that come back
 * are looked at.
 */
export async function openWire(url: string): Promise<Wire> {
  const client = new pg.Client({ connectionString: url });
  // Whoever waits for an answer learns from the stream that the connection is gone.
  client.on('error', () => {});
  await client.connect();
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  stream.removeAllListeners('data');
  stream.setNoDelay(true);

  let done: ((error: string | undefined) => void) | undefined;
  let error: string | undefined;
  let rest: Buffer | undefined;
  let skip = 0;

  const finish = (): void => {
    const [callback, problem] = [done, error];
    done = undefined;
    error = undefined;
    callback?.(problem);
  };

  stream.on('data', (received: Buffer) => {
    const chunk = rest ? Buffer.concat([rest, received]) : received;
    rest = undefined;
    let offset = Math.min(skip, chunk.length);
    skip -= offset;
    while (offset < chunk.length) {
      const left = chunk.length - offset;
      const kind = chunk[offset];
      const length = left < 5 ? Infinity : chunk.readUInt32BE(offset + 1) + 1;
      if (length > left && (left < 5 || kind === errorResponse || kind === readyForQuery)) {
        rest = chunk.subarray(offset);
        return;
      }
      if (kind === errorResponse) error ??= describe(chunk.subarray(offset + 5, offset + length));
      if (length > left) skip = length - left;
      offset += length;
      if (kind === readyForQuery) {
        // A failed transaction waits for its end, as PostgREST ends it.
        if (chunk[offset - 1] === failed) stream.write(rollback);
        else finish();
      }
    }
  });
  stream.on('close', () => {
    error = 'the connection was closed';
    finish();
  });

  return {
    process: (client as unknown as { processID: number }).processID,
    prepare: (name, text) =>
      new Promise((resolve, reject) => {
        done = (problem) => (problem ? reject(new Error(`${problem}\n${text}`)) : resolve());
        stream.write(Buffer.concat([serialize.parse({ name, text }), serialize.sync()]));
      }),
    send(packet, callback) {
      done = callback;
      stream.write(packet);
    },
    close: () => void stream.end(serialize.end()),
  };
}

const errorResponse = 'E'.charCodeAt(0);
const readyForQuery = 'Z'.charCodeAt(0);
const failed = 'E'.charCodeAt(0);
const rollback = serialize.query('rollback');

/** Fields are a letter and a text that ends with a zero: the code and the message. */
function describe(fields: Buffer): string {
  const said = new Map(
    fields
      .toString()
      .split('\0')
      .map((field) => [field[0], field.slice(1)]),
  );
  return `${said.get('C')}: ${said.get('M')}`;
}
