import type { ProjectConfig } from '../config.ts';
import type { Secrets } from '../secrets.ts';
import type { Ports } from '../settings.ts';
import { startThread, type Thread } from '../thread.ts';

export interface GatewayData {
  /** Lets a second terminal see that this very stack answers. */
  id: string;
  databaseUrl: string;
  ports: Ports;
  secrets: Secrets;
  config: ProjectConfig;
  storageFolder: string;
}

/** The API, in a thread of its own: hashing passwords would stall everything else in this process. */
export function startGateway(data: GatewayData, logFile: string, onLost: (error: Error) => void): Thread {
  return startThread({
    name: 'gateway',
    module: new URL('worker.ts', import.meta.url),
    data,
    logFile,
    onLost,
  });
}
