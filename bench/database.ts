// npm run bench:database -- [tiny|S|10S] [folder]: a Postgres with the schema and that many rows, until Ctrl-C.
// With a folder it stays there, and the next call with the same folder needs no loading.
import { resolve } from 'node:path';
import { startCluster } from './cluster.ts';
import { isScaleName } from './data/scales.ts';

const [scale = 'S', folder] = process.argv.slice(2);
if (!isScaleName(scale)) throw new Error(`there is no scale ${scale}: tiny, S or 10S`);
const cluster = await startCluster(folder === undefined ? undefined : resolve(folder));
const name = `learnflow_${scale.toLowerCase()}`;
const leave = (): void => void cluster.stop().then(() => process.exit());
process.once('SIGINT', leave).once('SIGTERM', leave);

try {
  await cluster.keepDatabase(name, scale, console.log);
  console.log(`
  owner       ${cluster.url(name)}
  superuser   ${cluster.superuserUrl(name)}
  API's login ${cluster.gatewayUrl(name)}

Ctrl-C stops it${folder ? ' and keeps it' : ' and deletes it'}.`);
} catch (error) {
  await cluster.stop();
  throw error;
}
