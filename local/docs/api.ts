import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { parse } from 'smol-toml';
import { edgeFunctions, type EdgeFunctionName } from '../../types/edge-functions.ts';
import { errors } from '../../types/errors.ts';
import { rpcResults, type RpcName } from '../../types/rpc.ts';
import { projectRoot } from '../settings.ts';
import { type Catalogue, type Relation, readCatalogue, type RpcFunction } from './catalogue.ts';
import { edgeExample, rpcExample } from './examples.ts';
import { anchor, code, file, heading, link, paragraphs, prose, row, table } from './markdown.ts';
import { readShapes, type Shapes } from './shapes.ts';
import {
  type EdgeSource,
  readClientMethods,
  readEndpointCodes,
  readEdgeSource,
  readNormalisedCodes,
  readRaisedCodes,
  readSqlSources,
} from './sources.ts';

export const apiFile = join(projectRoot, 'docs', 'api.md');

/** Folders of sql/, in the order in which somebody meets them. */
const domains: Readonly<Record<string, string>> = {
  users: 'Accounts',
  courses: 'Courses',
  cart: 'Cart and wishlist',
  orders: 'Orders',
  payments: 'Payments',
  enrollments: 'Learning',
  reviews: 'Reviews',
  notifications: 'Notifications',
  analytics: 'Analytics, API keys, health',
  core: 'Core',
};

/** Everything that the page is made from. */
interface Sources {
  catalogue: Catalogue;
  shapes: Shapes;
  sql: Map<string, string>;
  client: Map<string, string[]>;
  edges: Map<EdgeFunctionName, EdgeSource>;
  /** Named shapes that are written where they are used, because that is one place. */
  inPlace: Set<string>;
}

/** docs/api.md, from the database of a URL and from types/. */
export async function generateApi(databaseUrl: string): Promise<string> {
  const catalogue = await readCatalogue(databaseUrl);
  const shapes = await readShapes();
  const names = Object.keys(edgeFunctions) as EdgeFunctionName[];
  const sources: Sources = {
    catalogue,
    shapes,
    sql: readSqlSources(),
    client: readClientMethods(),
    edges: new Map(names.map((name) => [name, readEdgeSource(name)])),
    inPlace: findShapesUsedOnce(shapes),
  };
  const page = [
    head,
    contents(sources),
    ...byDomain(sources).map(
      ([domain, functions]) =>
        `## ${domains[domain]}\n\n${functions.map((each) => rpcSection(each, sources)).join('\n\n')}`,
    ),
    await edgeSections(sources),
    tableSections(sources),
    bucketSection(sources),
    shapeSections(sources),
    errorSection(sources),
  ].join('\n\n');
  return format(page, { ...(await resolveConfig(apiFile)), filepath: apiFile });
}

const head = `<!-- Made by \`npm run docs\` from the comments of sql/ and the schemas of types/. A test fails when it is stale. -->

# API reference

The examples use \`supabase\`, a supabase-js client with the publishable key and whoever is signed in, and \`service\`, one with the secret key, for edge functions only. An id such as \`courseId\` is a UUID that another answer gave. Over HTTP a function is \`POST /rest/v1/rpc/NAME\` with its arguments as JSON; a read-only one may also be asked by \`GET\`. A failed answer is \`{ "error": { "code", "message", "status", "details" } }\` from edge functions; from the Data API supabase-js gives \`error.code\`, \`error.message\` and \`error.details\`; \`normalizeError\` of the client makes the same of both. Nobody matches on English: see [Errors](#errors).`;

const withLinkedCodes = (text: string): string =>
  prose(text).replaceAll(/\b([A-Z]+(?:_[A-Z]+)*) (\d{3})\b/g, (whole, name: string, status: string) =>
    name in errors ? `[\`${name}\`](#errors) ${status}` : whole,
  );

/** What a comment says, and the errors that it ends with. */
export function splitComment(comment: string): { text: string; failures: string } {
  const [text = '', failures = ''] = comment.split(/\s*\bErrors: /, 2);
  return { text, failures };
}

const isForMachines = ({ roles }: RpcFunction): boolean => roles.join() === 'service_role';

function byDomain({ catalogue, sql }: Sources): [string, RpcFunction[]][] {
  const domainOf = ({ name }: RpcFunction) => sql.get(name)!.split('/')[1]!;
  return Object.keys(domains)
    .map((domain): [string, RpcFunction[]] => [
      domain,
      catalogue.functions
        .filter((each) => domainOf(each) === domain)
        .toSorted((a, b) => Number(isForMachines(a)) - Number(isForMachines(b))),
    ])
    .filter(([, functions]) => functions.length > 0);
}

const line = (title: string, links: readonly string[]): string =>
  `- [${title}](#${anchor(title)}): ${links.join(' · ')}`;

function contents(sources: Sources): string {
  return [
    '## Contents',
    '',
    ...byDomain(sources).map(([domain, functions]) =>
      line(
        domains[domain]!,
        functions.map(({ name }) => link(name)),
      ),
    ),
    line(
      'Edge functions',
      [...sources.edges.keys()].map((name) => link(name, 'edge function')),
    ),
    line(
      'Tables and views',
      sources.catalogue.relations.map(({ name, kind }) => link(name, kind)),
    ),
    '- [Buckets](#buckets)',
    '- [Shapes](#shapes)',
    '- [Errors](#errors)',
  ].join('\n');
}

function rpcSection(rpc: RpcFunction, sources: Sources): string {
  const { text, failures } = splitComment(rpc.comment);
  const methods = sources.client.get(rpc.name)?.map((method) => `\`${method}\``) ?? [];
  const schema = rpc.name in rpcResults ? rpcResults[rpc.name as RpcName] : undefined;
  return paragraphs(
    `### ${rpc.name}`,
    prose(text),
    [
      `May execute: ${rpc.roles.join(', ')}`,
      rpc.reads ? 'read only' : '',
      methods.length > 0 ? `client: ${methods.join(', ')}` : '',
      file(sources.sql.get(rpc.name)!),
    ]
      .filter(Boolean)
      .join(' · '),
    rpc.args.length > 0 &&
      table(
        ['argument', 'type', 'default'],
        rpc.args.map((arg) => row(`\`${arg.name}\``, arg.type, defaultText(arg.default))),
      ),
    schema ? shapeInPlace('Answers', schema, sources) : 'Answers nothing (204).',
    `Errors: ${failures ? withLinkedCodes(failures) : 'none of its own.'}`,
    code(rpcExample(rpc)),
  );
}

const defaultText = (expression: string | null): string =>
  expression === null ? 'required' : `\`${expression.replace(/::[\w "[\]]+$/, '').toLowerCase()}\``;

function shapeInPlace(label: string, schema: Parameters<Shapes['write']>[0], sources: Sources): string {
  const text = sources.shapes.write(schema);
  const shape = sources.shapes.all.find(({ name }) => name === text);
  if (shape && sources.inPlace.has(shape.name))
    return `${label}:\n\n${code(`type ${shape.name} = ${shape.text};`)}`;
  if (text.includes('\n')) return `${label}:\n\n${code(`type ${label} = ${text};`)}`;
  return `${label} ${withLinkedShapes(text, sources.shapes)}.`;
}

/** A type in one line, with its names as links. */
const withLinkedShapes = (text: string, shapes: Shapes): string =>
  shapes.namesIn(text).length === 1 && shapes.namesIn(text)[0] === text
    ? link(text, 'shape')
    : `\`${text}\`` +
      (shapes.namesIn(text).length > 0
        ? ` (${shapes
            .namesIn(text)
            .map((name) => link(name, 'shape'))
            .join(', ')})`
        : '');

function findShapesUsedOnce(shapes: Shapes): Set<string> {
  const asked = [
    ...Object.values(rpcResults).map((schema) => shapes.write(schema)),
    ...Object.values(edgeFunctions).flatMap(({ input, output }) => [
      input === null ? '' : shapes.write(input),
      shapes.write(output),
    ]),
  ];
  const texts = [...asked, ...shapes.all.map(({ text }) => text)];
  const uses = new Map<string, number>();
  for (const name of texts.flatMap((text) => shapes.namesIn(text))) uses.set(name, (uses.get(name) ?? 0) + 1);
  return new Set(
    shapes.all
      .filter(({ name, isScalar }) => !isScalar && uses.get(name) === 1 && asked.includes(name))
      .map(({ name }) => name),
  );
}

async function edgeSections(sources: Sources): Promise<string> {
  const { functions } = parse(
    await readFile(join(projectRoot, 'supabase', 'config.toml'), 'utf8'),
  ) as unknown as {
    functions: Record<string, { verify_jwt: boolean }>;
  };
  const everywhere = readEndpointCodes();
  const sections = [...sources.edges].map(([name, source]) => {
    const { input, output } = edgeFunctions[name];
    const methods = sources.client.get(name)?.map((method) => `\`${method}\``) ?? [];
    return paragraphs(
      `### ${heading(name, 'edge function')}`,
      prose(source.summary),
      [
        `\`${source.method} /functions/v1/${name}\``,
        `verify_jwt ${functions[name]?.verify_jwt}`,
        methods.length > 0 ? `client: ${methods.join(', ')}` : '',
        file(`functions/${name}/handler.ts`),
      ]
        .filter(Boolean)
        .join(' · '),
      input !== null && sources.shapes.write(input) !== '{}' && shapeInPlace('Takes', input, sources),
      shapeInPlace('Answers', output, sources),
      source.codes.length > 0 && `Errors of its own: ${source.codes.map(codeLink).join(', ')}.`,
      source.calls.length > 0 &&
        `Passes on the errors of: ${source.calls.map((called) => link(called)).join(', ')}.`,
      code(edgeExample(name, source, input)),
    );
  });
  return [
    '## Edge functions',
    'The platform checks no token (`verify_jwt` false): each function does, and answers in the error contract. ' +
      `Each can answer ${everywhere.map(codeLink).join(', ')}.`,
    ...sections,
  ].join('\n\n');
}

const codeLink = (name: string): string =>
  `[\`${name}\`](#errors) ${errors[name as keyof typeof errors].status}`;

function tableSections({ catalogue, sql }: Sources): string {
  return [
    '## Tables and views',
    'Rights are those of each column; which rows, the policies say. What nobody below may do, only functions do.',
    ...catalogue.relations.map((relation) =>
      paragraphs(
        `### ${heading(relation.name, relation.kind)}`,
        prose(relation.comment),
        file(sql.get(relation.name)!),
        table(
          ['column', 'type', 'null', 'what it says', 'select', 'insert', 'update'],
          relation.columns.map((column) =>
            row(
              `\`${column.name}\``,
              column.type,
              column.nullable ? 'yes' : '',
              prose(column.comment),
              who(column.select),
              who(column.insert),
              who(column.update),
            ),
          ),
        ),
        policies(relation),
      ),
    ),
  ].join('\n\n');
}

const who = (roles: readonly string[]): string => roles.join(', ');

function policies({ deleters, policies }: Relation): string {
  const lines = policies.map(({ name, command, roles }) => `\`${name}\` (${command}, ${roles.join(', ')})`);
  return [
    deleters.length > 0 ? `Delete: ${who(deleters)}.` : '',
    lines.length > 0 ? `Policies: ${lines.join(' · ')}.` : '',
  ]
    .filter(Boolean)
    .join(' ');
}

function bucketSection({ catalogue }: Sources): string {
  return `## Buckets\n\n${table(
    ['bucket', 'who reads', 'limit', 'types'],
    catalogue.buckets.map((bucket) =>
      row(
        `\`${bucket.id}\``,
        bucket.public ? 'everybody' : 'by policy',
        bucket.size_limit === null ? 'of the project' : `${bucket.size_limit / 1024 ** 2} MiB`,
        bucket.types?.join(', ') ?? 'all',
      ),
    ),
  )}`;
}

function shapeSections({ shapes, inPlace }: Sources): string {
  const shown = shapes.all.filter(({ name }) => !inPlace.has(name));
  const scalars = shown.filter(({ isScalar }) => isScalar);
  return [
    '## Shapes',
    '`Page<Item>` is `{ count, total_pages, current_page, page_size, next, previous, results: Item[] }`; `next` and `previous` are numbers of pages or null.',
    table(
      ['name', 'type', 'what it says'],
      scalars.map(({ name, text, description }) => row(`\`${name}\``, `\`${text}\``, description)),
    ),
    ...shown
      .filter(({ isScalar }) => !isScalar)
      .map(({ name, text, description }) =>
        paragraphs(`### ${heading(name, 'shape')}`, description, code(`type ${name} = ${text};`)),
      ),
  ].join('\n\n');
}

/** Which code is answered by what: functions say it in their comments, triggers in the files that raise. */
function errorSection({ catalogue, edges, sql }: Sources): string {
  const raised = readRaisedCodes();
  const normalised = readNormalisedCodes();
  const everywhere = readEndpointCodes();
  // Longer lists say nothing.
  const most = 30;
  const files = new Set(catalogue.functions.map(({ name }) => sql.get(name)!));
  const rows = Object.entries(errors).map(([name, { status, message }]) => {
    const functions = catalogue.functions.filter(({ comment }) =>
      new RegExp(`\\b${name} \\d{3}`).test(comment),
    );
    const own = [...edges].filter(([, { codes }]) => codes.includes(name)).map(([edge]) => edge);
    const triggers = [...raised].filter(([path, codes]) => codes.includes(name) && !files.has(path));
    const origins = [
      ...(functions.length > most
        ? [`${functions.length} functions`]
        : functions.map((each) => link(each.name))),
      ...(everywhere.includes(name)
        ? ['every edge function']
        : own.map((edge) => link(edge, 'edge function'))),
      ...(functions.length === 0 ? triggers.map(([path]) => file(path)) : []),
      ...(normalised.has(name) ? ['[the platform](../types/error-origins.ts)'] : []),
    ];
    return row(`\`${name}\``, status === 0 ? '' : String(status), message, origins.join(', '));
  });
  return [
    '## Errors',
    'The register is [types/errors.ts](../types/errors.ts). Everything may also answer what the platform answers by itself.',
    table(['code', 'status', 'in English', 'answered by'], rows),
  ].join('\n\n');
}
