import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Settings } from '../settings.ts';

/** Who runs Postgres, and where its programs and its data are. */
export interface PostgresPlace {
  programs: string;
  data: string;
  /** Set when this process is root, which Postgres refuses to be. */
  account?: Account;
  /** What a person should know about an unusual choice. */
  note?: string;
}

export interface Account {
  uid: number;
  gid: number;
}

export function postgresPlace(settings: Pick<Settings, 'home' | 'cache'>): PostgresPlace {
  const programs = join(settings.cache, 'postgres');
  const data = join(settings.home, 'postgres');
  if (process.getuid?.() !== 0) return { programs, data };

  const account = unprivilegedAccount();
  if (canReach(settings.home, account) && canReach(settings.cache, account))
    return { programs, data, account };
  // For instance a checkout under /root: that account may not even enter the folder.
  const elsewhere = join('/var/lib/learnflow', hash(settings.home));
  return {
    programs: '/var/lib/learnflow/programs',
    data: elsewhere,
    account,
    note: `Postgres does not run as root, and ${settings.home} is closed to other accounts: its data is in ${elsewhere}`,
  };
}

/** The person behind sudo, else nobody. */
function unprivilegedAccount(): Account {
  const uid = Number(process.env['SUDO_UID'] ?? 0);
  const gid = Number(process.env['SUDO_GID'] ?? 0);
  if (uid > 0 && gid > 0) return { uid, gid };
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [name, , userId, groupId] = line.split(':');
    if (name === 'nobody') return { uid: Number(userId), gid: Number(groupId) };
  }
  throw new Error(
    'Postgres does not run as root, and there is no account "nobody". Start as an ordinary user.',
  );
}

/** May this account pass every folder down to the path? Folders that do not exist yet will be ours to open. */
function canReach(path: string, account: Account): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    const stats = statSync(folder, { throwIfNoEntry: false });
    const bits = stats?.uid === account.uid ? 0o100 : stats?.gid === account.gid ? 0o010 : 0o001;
    if (stats && (stats.mode & bits) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
