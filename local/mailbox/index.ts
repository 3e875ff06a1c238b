import { startThread, type Thread } from '../thread.ts';

export interface MailboxData {
  ports: { smtp: number; mailbox: number };
  /** Mails outlive a restart here. */
  folder: string;
}

export function startMailbox(data: MailboxData, logFile: string, onLost: (error: Error) => void): Thread {
  return startThread({
    name: 'mailbox',
    module: new URL('worker.ts', import.meta.url),
    data,
    logFile,
    onLost,
  });
}
