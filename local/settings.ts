import { resolve } from 'node:path';
import { type ProjectConfig, readProjectConfig } from './config.ts';
import { freePorts } from './ports.ts';

/** The ports of one stack, all on loopback. */
export interface Ports {
  api: number;
  database: number;
  mailbox: number;
  smtp: number;
  functions: number;
  stripe: number;
}

export interface Settings {
  /** The folder that holds package.json, supabase/ and functions/. */
  root: string;
  /** Where this stack keeps its data, its secrets and its logs. */
  home: string;
  /** Files that every stack of this checkout can share: the Postgres programs. */
  cache: string;
  ports: Ports;
  config: ProjectConfig;
  /** Variables of the process and of .env; what is not in here has its default. */
  env: Readonly<Record<string, string | undefined>>;
}

export interface SettingsOptions {
  root?: string;
  home?: string;
  portBase?: number | 'free';
  env?: Readonly<Record<string, string | undefined>>;
}

const offsets: Ports = { api: 1, database: 2, mailbox: 4, smtp: 5, functions: 6, stripe: 7 };

export const projectRoot = resolve(import.meta.dirname, '..');

export async function readSettings(options: SettingsOptions = {}): Promise<Settings> {
  const env = options.env ?? {};
  const root = resolve(options.root ?? projectRoot);
  const config = await readProjectConfig(root, env);
  const home = homeOf(root, options.home ?? env['LEARNFLOW_HOME']);
  const base = options.portBase ?? portBaseFrom(env) ?? config.apiPort - offsets.api;
  return {
    root,
    home,
    cache: env['LEARNFLOW_HOME'] ? resolve(home, 'cache') : resolve(root, '.learnflow', 'cache'),
    ports: base === 'free' ? await takeFreePorts() : portsFrom(base),
    config,
    env,
  };
}

export function homeOf(root: string, home: string | undefined): string {
  return resolve(root, home || '.learnflow');
}

function portBaseFrom(env: Settings['env']): number | undefined {
  const text = env['LEARNFLOW_PORT_BASE'];
  if (!text) return undefined;
  const base = Number(text);
  if (!Number.isInteger(base) || base < 1024 || base > 65_500) {
    throw new Error(`LEARNFLOW_PORT_BASE must be a whole number from 1024 to 65500, not "${text}".`);
  }
  return base;
}

function portsFrom(base: number): Ports {
  return mapPorts((name) => base + offsets[name]);
}

async function takeFreePorts(): Promise<Ports> {
  const free = await freePorts(Object.keys(offsets).length);
  return mapPorts(() => free.pop()!);
}

function mapPorts(port: (name: keyof Ports) => number): Ports {
  return {
    api: port('api'),
    database: port('database'),
    mailbox: port('mailbox'),
    smtp: port('smtp'),
    functions: port('functions'),
    stripe: port('stripe'),
  };
}
