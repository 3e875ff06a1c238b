import { type Actor, actors, type Row } from '../../tests/access/matrix.ts';

const people: Record<Actor, string> = {
  anon: 'visitor',
  student: 'student',
  student_other: 'other student',
  student_enrolled: 'enrolled',
  student_refunded: 'refunded',
  instructor_owner: 'owner',
  instructor_other: 'other instructor',
  co_instructor: 'co-instructor',
  moderator: 'moderator',
  admin: 'admin',
  deactivated: 'closed account',
  service_role: 'secret key',
};

/** Narrow heads for wide tables; the letters are those of the matrix. */
const letters = ['visitor', 'S', 'T', 'E', 'R', 'I', 'J', 'K', 'M', 'A', 'D', 'key'];

const verbs: Record<string, string> = {
  select: 'read',
  list: 'list',
  insert: 'add',
  update: 'change',
  delete: 'remove',
  call: 'call',
  invoke: 'call',
  public: 'fetch by address',
  read: 'download',
  sign: 'make a signed address',
  upload: 'upload',
  replace: 'replace',
  remove: 'remove',
};

const areas: { title: string; holds: (resource: string) => boolean }[] = [
  { title: 'Functions', holds: (resource) => resource.endsWith('()') },
  { title: 'Edge functions', holds: (resource) => resource.startsWith('edge:') },
  { title: 'Files', holds: (resource) => resource.startsWith('bucket:') },
  { title: 'Closed to everybody', holds: (resource) => /^(private|auth)\./.test(resource) },
  { title: 'Tables and views', holds: () => true },
];

/** What a cell says in one sign: yes, nothing there, no, or the words of the refusal. */
function sign(answer: string): string {
  if (answer === 'A') return '✓';
  if (answer === '0' || answer === '=') return '·';
  if (answer === 'G' || answer === 'R') return '✗';
  return answer.startsWith('=') ? answer.slice(1).replaceAll('+', ' ') : answer.toLowerCase();
}

/** The attempt without what is written: `title, price_cents where id=@C_pub`. */
function what({ operation, attempt }: Row): string {
  const [written = '', where] = attempt.split(/(?:^|\s)where\s/);
  const isBucket = operation in { public: 1, read: 1, sign: 1, upload: 1, replace: 1, remove: 1 };
  const names = isBucket
    ? written
    : written.includes('=') && operation !== 'call' && operation !== 'invoke'
      ? written
          .split('; ')
          .map((pair) => pair.split('=')[0])
          .join(', ')
      : written.replaceAll(/(?<=\S) (?=[a-z_]+( |$))/g, ', ');
  const short = names.length > 90 ? `${names.slice(0, 87).replace(/,? *[^ ,]*$/, '')} …` : names;
  return [`**${verbs[operation] ?? operation}**`, short, where && `of ${where.replaceAll(/[a-z_]+=/g, '')}`]
    .filter(Boolean)
    .join(' ')
    .replaceAll('@', '')
    .replaceAll('|', '\\|');
}

/** Who is answered yes: named, or everybody but a few. */
export function whoMay(rows: readonly Row[]): string {
  const may = (actor: Actor) =>
    rows.some(({ expected }) => expected[actor] === 'A' || /^=./.test(expected[actor]));
  const allowed = actors.filter(may);
  if (allowed.length === 0) return 'nobody';
  if (allowed.length === actors.length) return 'everybody';
  const signedIn = actors.filter((actor) => actor !== 'anon' && actor !== 'service_role');
  const refused = signedIn.filter((actor) => !may(actor));
  if (refused.length > 3) return allowed.map((actor) => people[actor]).join(', ');
  const who = [
    ...(may('anon') ? ['visitors'] : []),
    refused.length === 0
      ? 'every account'
      : `every account but ${refused.map((actor) => people[actor]).join(', ')}`,
    ...(may('service_role') ? ['secret key'] : []),
  ];
  return who.join(', ');
}

const groupBy = <Item>(items: readonly Item[], key: (item: Item) => string): [string, Item[]][] => [
  ...Map.groupBy(items, key),
];

/** One line a thing and verb: who may do it at all, whatever it is done to. */
export function summary(matrix: readonly Row[]): { resource: string; verb: string; who: string }[] {
  return groupBy(matrix, ({ resource }) => resource).flatMap(([resource, rows]) =>
    groupBy(rows, ({ operation }) => verbs[operation] ?? operation).map(([verb, tried]) => ({
      resource,
      verb,
      who: whoMay(tried),
    })),
  );
}

const table = (header: readonly string[], lines: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const isForNobody = ({ expected }: Row): boolean =>
  actors.every((actor) => expected[actor] === 'G' || expected[actor] === '428C9');

const attempts = (rows: readonly Row[]): string =>
  table(
    ['attempt', ...letters],
    rows.map((row) => [
      what(row) + (row.note ? ` (${row.note.replaceAll('|', '\\|')})` : ''),
      ...actors.map((actor) => sign(row.expected[actor])),
    ]),
  );

/** docs/access.md: the matrix for people. */
export function page(matrix: readonly Row[]): string {
  const byArea = Map.groupBy(matrix, ({ resource }) => areas.find(({ holds }) => holds(resource))!.title);
  const rowsOf = (title: string) => byArea.get(title) ?? [];
  const shown = areas.map(({ title }) => title).filter((title) => title !== 'Closed to everybody');
  const parts = [
    '# Who may do what',
    'Written by `npm run access` from [the matrix](../tests/access/authz-matrix.csv), whose every cell is tried on every run of the tests. How to read it, and who the people are: [tests/access](../tests/access/README.md).',
    'First who may do a thing at all, then each attempt: ✓ allowed, · sees or changes nothing, ✗ refused, and where there is more to say, the code or what a list shows.',
    `Visitors have no account. ${actors
      .map((actor, at) => `**${letters[at]}** ${people[actor]}`)
      .slice(1, -1)
      .join(
        ' · ',
      )} · **key** an edge function with the secret key. S owns the personal rows; I, J and K teach.`,
    '## In short',
    ...['Tables and views', 'Functions', 'Edge functions', 'Files'].flatMap((title) => [
      `### ${title}`,
      table(
        ['what', 'to', 'who'],
        summary(rowsOf(title)).map(({ resource, verb, who }) => [`\`${resource}\``, verb, who]),
      ),
    ]),
    '### Closed to everybody',
    [...new Set(rowsOf('Closed to everybody').map(({ resource }) => `\`${resource}\``))].join(' · '),
    '## Each attempt',
    ...shown.toReversed().flatMap((title) =>
      groupBy(rowsOf(title), ({ resource }) => resource).flatMap(([resource, rows]) => {
        const refused = rows.filter(isForNobody);
        const rest = rows.filter((row) => !isForNobody(row));
        return [
          `### \`${resource}\``,
          rest.length > 0 ? attempts(rest) : '',
          refused.length > 0 ? `Nobody may: ${refused.map(what).join('; ')}.` : '',
        ];
      }),
    ),
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}
