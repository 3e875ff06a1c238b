import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { init, use } from 'echarts/core';
import { BarChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import { SVGRenderer } from 'echarts/renderers';
import { format, resolveConfig } from 'prettier';
import { projectRoot } from '../local/settings.ts';
import { concurrencies, type Result } from './measure.ts';

use([BarChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

const page = join(projectRoot, 'docs', 'performance.md');
const readme = join(projectRoot, 'README.md');
const plot = join(projectRoot, 'docs', 'performance.svg');

/** What was measured at one scale. */
export interface Measurements {
  scale: string;
  results: Result[];
}

/** Writes the tables into docs/performance.md and the README, and the plot beside them. */
export async function writeReport(all: readonly Measurements[], machine: string): Promise<void> {
  await replaceBetween(page, 'measured', `${machine}\n\n${all.map(longTable).join('\n\n')}`);
  await replaceBetween(readme, 'measured', `${machine}\n\n${shortTable(all)}`);
  await writeFile(plot, draw(all));
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
    legend: { top: 28 },
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
