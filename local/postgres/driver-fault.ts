/**
 * postgres.js 3.4.9 may write once more to a socket that a killed server has just closed, outside any promise. The
 * connection is gone in any case and the next one is opened; only whoever must outlive the server has to look away.
 */
export function isDriverFault(error: unknown): boolean {
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
