import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { init, use } from 'echarts/core';
import { BarChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import { SVGRenderer } from 'echarts/renderers';
import { format, resolveConfig } from 'prettier';
import { projectRoot } from '../local/settings.ts';
import type { ScaleName } from './data/scales.ts';
import { concurrencies, type Result } from './measure.ts';
import { type Operation, p99Goal } from './operations/operation.ts';

use([BarChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

const page = join(projectRoot, 'docs', 'performance.md');
const readme = join(projectRoot, 'README.md');
const plot = join(projectRoot, 'docs', 'performance.svg');

/** What was measured at one scale. */
export interface Measurements {
  scale: ScaleName;
  results: Result[];
  operations: readonly Operation[];
}

/** Writes the tables into docs/performance.md and the README, and the plot beside them. */
export async function writeReport(all: readonly Measurements[], machine: string): Promise<void> {
  await replaceBetween(
    page,
    'measured',
    [
      machine,
      ...all.flatMap((one) => [longTable(one), slowestTable(one)]),
      aboutSlowest,
      ...growthTable(all),
    ].join('\n\n'),
  );
  await replaceBetween(readme, 'measured', `${machine}\n\n${shortTable(all)}`);
  await writeFile(plot, draw(all));
}

/** How an edge function starts: bytes of one minified file, milliseconds to its first answer. */
export interface FunctionStart {
  name: string;
  bytes: number;
  cold: number;
  bundled: number;
}

/** Writes the table of the edge functions into docs/performance.md. */
export async function writeFunctions(
  starts: readonly FunctionStart[],
  emptyMs: number,
  machine: string,
): Promise<void> {
  const head =
    '| edge function | size | first answer of a new worker, ms | as one file, ms |\n|---|---|---|---|';
  const rows = starts.map(
    ({ name, bytes, cold, bundled }) =>
      `| ${name} | ${(bytes / 1e6).toFixed(2)} MB | ${Math.ceil(cold)} | ${Math.ceil(bundled)} |`,
  );
  const empty = `| (an empty function) | | ${Math.ceil(emptyMs)} | |`;
  await replaceBetween(page, 'functions', `${machine}\n\n${[head, ...rows, empty].join('\n')}`);
}

const perSecond = (value: number): string => Math.round(value).toLocaleString('en');
const ms = (value: number): string => value.toFixed(value < 10 ? 2 : 0);
const ratio = (value: number): string => (Math.floor(value * 100) / 100).toFixed(2);

const many = (side: Result['ours']): string =>
  concurrencies.map((clients) => perSecond(side[clients].perSecond)).join(' · ');

function longTable({ scale, results }: Measurements): string {
  const head = `### ${scale}\n\n| operation | ratio | requests/s at 1, 16, 64 | floor at 1, 16, 64 | p50 / p99 ms at 1 | at 16 | at 64 | CPU µs at 16, floor |\n|---|---|---|---|---|---|---|---|`;
  const rows = results.map(({ operation, ours, floor, ratio: share }) => {
    const times = concurrencies
      .map((clients) => `${ms(ours[clients].p50)} / ${ms(ours[clients].p99)}`)
      .join(' | ');
    return `| ${operation} | ${ratio(share)} | ${many(ours)} | ${many(floor)} | ${times} | ${Math.round(ours[16].cpu)} · ${Math.round(floor[16].cpu)} |`;
  });
  return [head, ...rows].join('\n');
}

/** The slowest in a hundred reads, beside what was asked of them. */
function slowestTable({ scale, results, operations }: Measurements): string {
  const head = `| p99 ms at 16, ${scale} | measured | goal | the floor's | a fifth of the design's p50 with one client, at S |\n|---|---|---|---|---|`;
  const rows = operations.flatMap(({ name, design }) => {
    const one = results.find(({ operation }) => operation === name);
    const goal = design && p99Goal(design, scale);
    return one && design && goal !== undefined
      ? [
          `| ${name} | ${ms(one.ours[16].p99)} | ${ms(goal)} | ${ms(one.floor[16].p99)} | ${ms(design.p50Alone / 5)} |`,
        ]
      : [];
  });
  return [head, ...rows].join('\n');
}

const aboutSlowest = `The goal for the slowest in a hundred reads is a fifth of the requirements' p50, with 16 clients on both sides: the design's own time with 16 clients follows from the requests it answered a second (16 clients, 39 answers a second: 410 ms for each; that is its mean, the only one that was measured). The last column compares with the design's p50 with *one* client instead. It is printed for whoever reads the goal that way and is not a goal here: 16 clients on two cores wait for each other, and where the floor's column is the larger one the best SQL misses it too.`;

/** How much slower each side becomes with ten times the rows, where both scales were measured. */
export function growthTable(all: readonly Pick<Measurements, 'scale' | 'results'>[]): string[] {
  const [small, big] = all;
  if (!small || !big) return [];
  const head = `### From ${small.scale} to ${big.scale}\n\n| operation | times slower | the floor, times slower | as a multiple of the floor's, goal 1.15 |\n|---|---|---|---|`;
  const rows = small.results.flatMap((s) => {
    const l = big.results.find(({ operation }) => operation === s.operation);
    if (!l) return [];
    const [ours, floor] = [slowdown(s.ours, l.ours), slowdown(s.floor, l.floor)];
    // Rounded up, as everything here is rounded against us.
    return [
      `| ${s.operation} | ${ours.toFixed(2)} | ${floor.toFixed(2)} | ${(Math.ceil((ours / floor) * 100) / 100).toFixed(2)} |`,
    ];
  });
  return [[head, ...rows].join('\n')];
}

/** How many times as long a request takes at 16. */
export const slowdown = (small: Result['ours'], big: Result['ours']): number =>
  small[16].perSecond / big[16].perSecond;

function shortTable(all: readonly Measurements[]): string {
  const names = all[0]!.results.map(({ operation }) => operation);
  const head = `| requests per second at 16 | ${all.map(({ scale }) => `${scale} | of the floor`).join(' | ')} |\n|---|${all.map(() => '---|---|').join('')}`;
  const rows = names.map((name) => {
    const cells = all.map(({ results }) => {
      const one = results.find(({ operation }) => operation === name);
      return one ? `${perSecond(one.ours[16].perSecond)} | ${ratio(one.ratio)}` : '– | –';
    });
    return `| ${name} | ${cells.join(' | ')} |`;
  });
  return [head, ...rows].join('\n');
}

async function replaceBetween(file: string, mark: string, text: string): Promise<void> {
  const old = await readFile(file, 'utf8');
  const [begin, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  const from = old.indexOf(begin);
  const to = old.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${file} has no place for the table: ${begin} … ${end}`);
  const made = `${old.slice(0, from + begin.length)}\n\n${text}\n\n${old.slice(to)}`;
  await writeFile(file, await format(made, { ...(await resolveConfig(file)), filepath: file }));
}

/** Share of the floor, an operation a bar: an SVG without a browser. */
function draw(all: readonly Measurements[]): string {
  const names = all[0]!.results.map(({ operation }) => operation).toReversed();
  const chart = init(null, null, {
    renderer: 'svg',
    ssr: true,
    width: 900,
    height: 80 + names.length * (all.length * 12 + 12),
  });
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: {
      text: 'Throughput at 16 as a share of the best hand-written SQL',
      left: 'center',
      textStyle: { fontSize: 15 },
    },
    legend: { top: 36 },
    grid: { left: 190, right: 60, top: 60, bottom: 30 },
    xAxis: { type: 'value', min: 0 },
    yAxis: { type: 'category', data: names },
    series: all.map(({ scale, results }) => ({
      name: scale,
      type: 'bar',
      label: { show: true, position: 'right', fontSize: 10 },
      data: names.map((name) => {
        const one = results.find(({ operation }) => operation === name);
        return one ? Number(ratio(one.ratio)) : null;
      }),
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
