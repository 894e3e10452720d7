import { arrow, box, picture, words } from './draw.mjs';

const states = [
  ['created', ['settings read', 'and validated;', 'nothing is open'], ['-', '-', '-', '-']],
  ['starting', ['telemetry, ports,', 'registry, broker,', 'components, checks'], ['200', '503', '503', '503']],
  ['ready', ['registry: UP,', 'messages are taken,', 'requests served'], ['200', '200', '200', 'yours']],
  [
    'draining',
    ['registry: out of service,', 'still served; then the', 'port closes, work ends'],
    ['200', '503', '200', 'yours'],
  ],
  ['stopped', ['components in reverse,', 'spans and log lines', 'are handed over'], ['-', '-', '-', '-']],
];
const asked = ['/livez', '/readyz', '/startupz', 'your routes'];
const between = ['start()', '', 'SIGTERM', 'in time'];

export function life() {
  const left = 100;
  const step = 180;
  const columns = states.map(([name, lines, answers], i) => {
    const x = left + i * step;
    const middle = x + 78;
    return [
      box(x, 60, 156, 92, name, lines, name === 'ready' ? 'own' : 'box'),
      i === 0
        ? []
        : arrow([
            [x - 23, 106],
            [x - 2, 106],
          ]),
      i === 0 ? [] : words(x - 12, 50, between[i - 1], 'mono'),
      answers.map((answer, row) =>
        words(middle, 196 + row * 24, answer, answer === '200' || answer === 'yours' ? 'bold' : 'quiet'),
      ),
    ];
  });
  return picture(left + states.length * step, 300, 'The states of a service, and what its probes answer in each', [
    words(left - 80, 30, 'A part opens nothing before start(), and is stopped in reverse order', 'big', 'start'),
    columns,
    asked.map((path, row) => words(left - 12, 196 + row * 24, path, row < 3 ? 'mono' : 'small', 'end')),
    `<path class="line" d="M20 172 H${left + states.length * step - 20}" stroke-opacity="0.4" />`,
    words(left + 3 * step + 78, 288, 'each says Connection: close', 'quiet'),
  ]);
}
