// Boxes, lines and words. A picture brings its own background, light or dark as the reader's system is, so it can stand on any page.
const escape = (text) => String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const style = `
    text { font: 13px system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif; fill: #1d2429; }
    .bold { font-weight: 600; }
    .big { font-size: 15px; font-weight: 600; }
    .small, .quiet { font-size: 11.5px; }
    .quiet { fill: #55626b; }
    .mono { font-family: ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; font-size: 12px; }
    .page { fill: #ffffff; stroke: #dde3e6; }
    .box { fill: #f5f7f8; stroke: #a9b6bd; }
    .own { fill: #d7f3ee; stroke: #0b6e66; }
    .bad { fill: #fbe6e3; stroke: #a8402f; }
    .line { fill: none; stroke: #55626b; stroke-width: 1.5; }
    .head { fill: #55626b; }
    @media (prefers-color-scheme: dark) {
      text { fill: #dde3e8; }
      .quiet { fill: #9aa7b1; }
      .page { fill: #14181d; stroke: #2f3842; }
      .box { fill: #1c2229; stroke: #4a5763; }
      .own { fill: #123f3b; stroke: #4fd1c1; }
      .bad { fill: #43221d; stroke: #e58a78; }
      .line { stroke: #9aa7b1; }
      .head { fill: #9aa7b1; }
    }`;

/** @param title is read aloud where the picture cannot be seen */
export function picture(width, height, title, parts) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
  <title>${escape(title)}</title>
  <style>${style}
  </style>
  <defs>
    <marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="head" d="M0 0 10 5 0 10z" /></marker>
  </defs>
  <rect class="page" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" />
${parts
  .flat(9)
  .map((part) => `  ${part}`)
  .join('\n')}
</svg>
`;
}

export const words = (x, y, text, kind = '', anchor = 'middle') =>
  `<text x="${x}" y="${y}"${kind === '' ? '' : ` class="${kind}"`} text-anchor="${anchor}">${escape(text)}</text>`;

export const frame = (x, y, width, height, kind = 'box') =>
  `<rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}" rx="6" />`;

/** A box with a title and lines below it, all in its middle. */
export function box(x, y, width, height, title, lines = [], kind = 'box') {
  const first = y + height / 2 - lines.length * 8 + 5;
  return [
    frame(x, y, width, height, kind),
    words(x + width / 2, first, title, 'bold'),
    lines.map((line, i) => words(x + width / 2, first + 17 + i * 15, line, 'quiet')),
  ];
}

/** An arrow along points, with a word beside its middle. */
export function arrow(points, label, [dx, dy, anchor = 'middle'] = [0, -6]) {
  const [[x1, y1], [x2, y2]] = points.slice(
    Math.floor((points.length - 1) / 2),
    Math.floor((points.length - 1) / 2) + 2,
  );
  const path = points.map((point) => point.join(' ')).join(' L');
  return [
    `<path class="line" d="M${path}" marker-end="url(#head)" />`,
    label === undefined ? [] : words((x1 + x2) / 2 + dx, (y1 + y2) / 2 + dy, label, 'small', anchor),
  ];
}
