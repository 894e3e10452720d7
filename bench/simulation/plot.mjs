// Draws both simulations as one SVG: bars for the balancers, lines for the retries. Plain shapes and text, readable on white and on dark.
const width = 860;
const left = 250;
const ink = '#333';
const bar = '#3b6ea5';
const other = '#b5533c';

const text = (x, y, content, more = '') => `<text x="${x}" y="${y}" ${more}>${content}</text>`;

function bars({ title, rows }, most, top) {
  const scale = (width - left - 190) / most;
  const lines = rows.map(({ name, p99, failedShare }, index) => {
    const y = top + 34 + index * 26;
    const end = left + p99 * scale;
    const figure = `${p99.toFixed(0)} ms, ${(failedShare * 100).toFixed(2)} % failed`;
    return [
      text(left - 10, y + 13, name, 'text-anchor="end"'),
      `<rect x="${left}" y="${y}" width="${(p99 * scale).toFixed(1)}" height="17" fill="${bar}"/>`,
      text((end + 8).toFixed(1), y + 13, figure),
    ].join('\n');
  });
  return {
    svg: [text(20, top + 14, title, 'font-weight="bold"'), ...lines].join('\n'),
    bottom: top + 34 + rows.length * 26,
  };
}

function lines(series, top, calls) {
  const height = 200;
  const most = Math.max(...series.flatMap(({ reached }) => reached));
  const seconds = series[0].reached.length;
  const x = (second) => (60 + (second / (seconds - 1)) * (width - 120)).toFixed(1);
  const y = (count) => (top + 40 + height - (count / most) * height).toFixed(1);
  const paths = series.map(({ name, reached, ratio }, index) => {
    const color = index === 0 ? other : bar;
    const points = reached.map((count, second) => `${x(second)},${y(count)}`).join(' ');
    const legend = `${name}: ${ratio.toFixed(2)} for each call while it fails`;
    return [
      `<polyline points="${points}" fill="none" stroke="${color}" stroke-width="2"/>`,
      text(width - 60, top + height + 2 + index * 18, legend, `text-anchor="end" fill="${color}"`),
    ].join('\n');
  });
  const axis = [
    `<line x1="60" y1="${y(0)}" x2="${width - 60}" y2="${y(0)}" stroke="${ink}"/>`,
    text(52, y(0), '0', 'text-anchor="end"'),
    text(52, y(calls), String(calls), 'text-anchor="end"'),
    text(52, y(most), String(most), 'text-anchor="end"'),
    text(60, top + 58 + height, '0 s'),
    text(width - 60, top + 58 + height, `${seconds} s`, 'text-anchor="end"'),
  ];
  const title = text(
    20,
    top + 14,
    'Calls a second that reach a service which fails from 15 s to 45 s',
    'font-weight="bold"',
  );
  return { svg: [title, ...axis, ...paths].join('\n'), bottom: top + 70 + height };
}

export function plot(charts, series, calls) {
  const most = Math.max(...charts.flatMap(({ rows }) => rows.map(({ p99 }) => p99)));
  const parts = [];
  let bottom = 10;
  for (const chart of charts) {
    const drawn = bars(chart, most, bottom);
    parts.push(drawn.svg);
    bottom = drawn.bottom + 20;
  }
  const last = lines(series, bottom, calls);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${last.bottom}" viewBox="0 0 ${width} ${last.bottom}" font-family="sans-serif" font-size="13" fill="${ink}">
<rect width="${width}" height="${last.bottom}" fill="#fff"/>
${parts.join('\n')}
${last.svg}
</svg>
`;
}
