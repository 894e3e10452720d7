// Tables in markdown. A turn that failed is left out of its variant's medians, and said.
import { median } from '../support/measure.mjs';

const done = (rows) => rows.filter((row) => row !== undefined);

export const measured = ({ results }, name) => done(results.get(name) ?? []).length > 0;

/** What the busier of the two sides could do in a second with a core to itself: steady where others slow both down. */
const limitOf = ({ cpuUs, brokerUs }) => 1e6 / Math.max(cpuUs, brokerUs);

/** How many times better: by messages per second, by what CPU time allows, and by CPU time of this side. Medians of the rounds in which both were measured. */
export function against({ results }, name, base) {
  const pairs = results.get(name).flatMap((row, i) => {
    const other = results.get(base)?.[i];
    return row === undefined || other === undefined ? [] : [[row, other]];
  });
  return {
    perSecond: median(pairs.map(([row, other]) => row.perSecond / other.perSecond)),
    limit: median(pairs.map(([row, other]) => limitOf(row) / limitOf(other))),
    cpu: median(pairs.map(([row, other]) => other.cpuUs / row.cpuUs)),
  };
}

export const usual = ({ results }, name, figure) => median(done(results.get(name)).map((row) => row[figure]));

function range(rows, figure, digits) {
  const values = rows.map((row) => row[figure]);
  const [middle, lowest, highest] = [median(values), Math.min(...values), Math.max(...values)];
  return `${middle.toFixed(digits)} (${lowest.toFixed(digits)} to ${highest.toFixed(digits)})`;
}

export function table(group) {
  const { title, kind, base, results } = group;
  const last = kind === 'request' ? ' one at a time, p50 ms |' : '';
  const lines = [
    `| ${title} | messages/s | this / base | CPU us | base / this | broker's CPU us | by CPU, messages/s | this / base |${last}`,
    `|---|---|---|---|---|---|---|---|${last === '' ? '' : '---|'}`,
  ];
  for (const [name, all] of results) {
    const rows = done(all);
    const failed = all.length - rows.length;
    const label = failed === 0 ? name : `${name} (FAILED ${failed} of ${all.length})`;
    if (rows.length === 0) {
      lines.push(`| ${label} | | | | | | | |${last === '' ? '' : ' |'}`);
      continue;
    }
    const ratio = against(group, name, base);
    const cells = [
      label,
      range(rows, 'perSecond', 0),
      ratio.perSecond.toFixed(2),
      range(rows, 'cpuUs', 1),
      ratio.cpu.toFixed(2),
      usual(group, name, 'brokerUs').toFixed(1),
      median(rows.map(limitOf)).toFixed(0),
      ratio.limit.toFixed(2),
    ];
    if (last !== '') cells.push(range(rows, 'p50Ms', 2));
    lines.push(`| ${cells.join(' | ')} |`);
  }
  return lines.join('\n');
}

/** How quiet the machine was. */
export function others(groups) {
  const shares = groups.flatMap(({ results }) => [...results.values()].flatMap(done).map((row) => row.others * 100));
  return `Others had ${median(shares).toFixed(0)} % of the cores in the median turn, ${Math.max(...shares).toFixed(0)} % in the worst.`;
}
