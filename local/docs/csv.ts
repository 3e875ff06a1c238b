/** Reads CSV as RFC 4180 has it: the first row names the columns, quotes hold commas, line ends and doubled quotes. */
export function readCsv(text: string): Record<string, string>[] {
  const rows: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  while (cell.lastIndex < text.length) {
    const start = cell.lastIndex;
    const match = cell.exec(text);
    if (!match) throw new Error(`Not CSV near: ${text.slice(start, start + 40)}`);
    const [, quoted, bare, end] = match;
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? bare!);
    if (end !== ',') rows.push([]);
  }
  const [names, ...lines] = rows.filter((row) => row.length > 0);
  return lines.map((line) => {
    if (line.length !== names!.length) throw new Error(`Not ${names!.length} columns: ${line.join(',')}`);
    return Object.fromEntries(names!.map((name, index) => [name, line[index]!]));
  });
}
