import { connectionIsLost } from '../gateway/connection-loss.ts';

/**
 * What a dying server leaves behind outside any promise that somebody awaits: postgres.js 3.4.9 writes once more to a
 * socket that has just been closed, and queries that lite began on its own account fail. The connection is gone in any
 * case and the next one is opened; only whoever must outlive the server has to look away.
 */
export function isDriverFault(error: unknown): boolean {
  if (connectionIsLost(error)) return true;
  return (
    error instanceof TypeError &&
    error.message.includes("reading 'write'") &&
    /node_modules[\\/]postgres[\\/]/.test(error.stack ?? '')
  );
}

/** Everything else ends the thread as before. */
export function surviveDriverFault(): void {
  process.on('uncaughtException', (error) => {
    if (!isDriverFault(error)) throw error;
    console.error('a connection was lost while something was written to it');
  });
}
