// Runs in Deno: serves every edge function of config.toml from one process, each loaded when it is first called.
// On the platform each has a worker of its own; what they share here is only the process.

/** What every functions/NAME/index.ts exports. */
export interface FunctionModule {
  default?: { fetch?: (request: Request) => Response | Promise<Response> };
}

declare const Deno: {
  env: { get(name: string): string | undefined };
  exit(code: number): never;
  serve(
    options: { hostname: string; port: number; onListen: () => void; onError: (error: unknown) => Response },
    handler: (request: Request) => Response | Promise<Response>,
  ): unknown;
  stdin: { readable: ReadableStream<Uint8Array> };
};

const entrypoints = JSON.parse(Deno.env.get('LEARNFLOW_FUNCTIONS') ?? '{}') as Record<string, string>;
const port = Number(Deno.env.get('LEARNFLOW_FUNCTIONS_PORT'));
const loaded = new Map<string, Promise<FunctionModule>>();

Deno.serve(
  {
    hostname: '127.0.0.1',
    port,
    onListen: () => console.log(`functions host is listening on ${port}`),
    onError: (error) =>
      failure(500, 'WORKER_ERROR', 'Function exited due to an error (please check logs)', error),
  },
  async (request) => {
    const name = new URL(request.url).pathname.split('/')[1] ?? '';
    const entrypoint = entrypoints[name];
    if (name === '') return Response.json({ functions: Object.keys(entrypoints) });
    if (entrypoint === undefined) return failure(404, 'NOT_FOUND', 'Requested function was not found');
    let module: FunctionModule;
    try {
      module = await load(name, entrypoint);
    } catch (error) {
      return failure(503, 'BOOT_ERROR', 'Function failed to start (please check logs)', error);
    }
    if (!module.default?.fetch) {
      return failure(503, 'BOOT_ERROR', `functions/${name}/index.ts has no "export default { fetch }"`);
    }
    return module.default.fetch(request);
  },
);

function load(name: string, entrypoint: string): Promise<FunctionModule> {
  const module = loaded.get(name) ?? (import(entrypoint) as Promise<FunctionModule>);
  loaded.set(name, module);
  // A function that failed to load may be mended by the time it is called again.
  module.catch(() => loaded.delete(name));
  return module;
}

function failure(status: number, code: string, message: string, error?: unknown): Response {
  if (error !== undefined) console.error(message, error);
  return Response.json({ code, message }, { status });
}

// The stack holds the other end of stdin: when it dies, however it dies, this process must not stay behind.
await Deno.stdin.readable.pipeTo(new WritableStream());
Deno.exit(0);
