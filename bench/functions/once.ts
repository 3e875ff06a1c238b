// Runs in Deno, a process a run: what a new worker does until its first answer. The entry point is the argument.
declare const Deno: { args: string[] };

const [entrypoint = ''] = Deno.args;
const loaded = (await import(entrypoint)) as { default: { fetch(request: Request): Promise<Response> } };
// A browser's question before it calls: it asks nobody else, neither the database nor Stripe.
const request = new Request('http://functions.test/', {
  method: 'OPTIONS',
  headers: { origin: 'http://localhost:5173' },
});
const { status } = await loaded.default.fetch(request);
if (status !== 204) throw new Error(`${entrypoint} answered ${status}`);
