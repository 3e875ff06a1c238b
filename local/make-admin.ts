// Gives an account the admin role: `npm run make-admin -- ruth@example.com [database url]`.
// The first admin cannot be made through the API, because only admins give roles; the owner of the database can.
import postgres from 'postgres';
import { readRunningStack } from './state.ts';

const [email, url] = process.argv.slice(2);
if (!email) {
  console.error('Usage: npm run make-admin -- EMAIL [DATABASE_URL]   (without a URL: the local stack)');
  process.exit(2);
}

const databaseUrl = url ?? (await readRunningStack())?.database_url;
if (!databaseUrl) {
  console.error('The local stack is not running: start it with `npm start`, or name a database URL.');
  process.exit(1);
}

const sql = postgres(databaseUrl, { max: 1 });
const admins = await sql`
  insert into public.user_roles (user_id, role)
  select user_id, 'admin' from public.profile_private where lower(email) = lower(${email})
  on conflict (user_id, role) do update set role = excluded.role
  returning user_id`;
await sql.end();

if (admins.length === 0) {
  console.error(`Nobody has signed up as ${email}.`);
  process.exit(1);
}
console.log(`${email} is an admin.`);
