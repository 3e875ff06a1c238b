// Who was erased stays erased, whatever backup is restored (docs/backups.md):
//   npm run --silent erasures -- save [DATABASE_URL] > FILE     before each restore, and every day
//   npm run --silent erasures -- apply FILE [DATABASE_URL]      after each restore
// Without a URL it is the local stack.
import { readFile } from 'node:fs/promises';
import postgres from 'postgres';
import { eraseAgain, readErasures, readList, writeList } from './erasure-list.ts';
import { readRunningStack } from './state.ts';

const [command, ...rest] = process.argv.slice(2);
const [file, url] = command === 'apply' ? rest : [undefined, rest[0]];
if ((command !== 'save' && command !== 'apply') || (command === 'apply' && !file)) {
  console.error('Usage: npm run --silent erasures -- save [DATABASE_URL] > FILE | apply FILE [DATABASE_URL]');
  process.exit(2);
}

const databaseUrl = url ?? (await readRunningStack())?.database_url;
if (!databaseUrl) {
  console.error('The local stack is not running: start it with `npm start`, or name a database URL.');
  process.exit(1);
}

const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
try {
  if (command === 'save') {
    process.stdout.write(writeList(await readErasures(sql)));
  } else {
    const erasures = readList(await readFile(file!, 'utf8'));
    const back = await eraseAgain(sql, erasures);
    for (const id of back) console.log(`erased again: ${id}`);
    console.log(`${erasures.length} accounts on the list, ${back.length} had come back with the backup.`);
  }
} finally {
  await sql.end();
}
