import { arrow, box, frame, picture, words } from './draw.mjs';

/** From the roof down. Folders of src/, what each is for, and the library that it alone imports. */
export const floors = [
  ['6', [['cli', 'the command keelson']]],
  ['5', [['testing', 'contract suites, tools for tests']]],
  ['4', [['service', 'createService: wiring, start, drain, stop, signals']]],
  [
    '2',
    [
      ['http', 'requests in', 'express'],
      ['client', 'calls out', 'undici'],
      ['messaging', 'events, commands', 'amqplib'],
      ['health', 'checks, probes'],
    ],
  ],
  [
    '1',
    [
      ['config', 'settings', 'convict'],
      ['logging', 'log lines', 'winston'],
      ['metrics', 'counters', 'prom-client'],
      ['tracing', 'spans', 'OTel API'],
      ['resilience', 'policies', 'opossum'],
      ['discovery', 'who is where', 'eureka-js'],
      ['faults', 'on purpose'],
    ],
  ],
  ['0', [['core', 'shared words: errors, context, clock, logger and meter as interfaces; no library, no I/O']]],
];

const left = 70;
const inside = 660;
const step = 78;

export function house() {
  const top = 130;
  const rows = floors.map(([floor, rooms], i) => {
    const y = top + i * step;
    const width = (inside - (rooms.length - 1) * 8) / rooms.length;
    return [
      words(44, y + 38, `floor ${floor}`, 'quiet'),
      rooms.map(([name, what, library], at) =>
        box(
          left + at * (width + 8),
          y,
          width,
          64,
          name,
          [what, library].filter(Boolean),
          floor === '4' ? 'own' : 'box',
        ),
      ),
    ];
  });
  const bottom = top + floors.length * step;
  return picture(820, bottom + 56, 'The folders of keelson as floors of a house: each imports from lower floors only', [
    `<path class="own" d="M${left - 8} 118 L${left + inside / 2} 26 L${left + inside + 8} 118z" />`,
    words(left + inside / 2, 78, 'index.ts', 'big'),
    words(left + inside / 2, 97, 'the face: createService and the types that a service file names', 'quiet'),
    rows,
    frame(left - 8, bottom + 2, inside + 16, 40),
    words(left + inside / 2, bottom + 27, 'Node.js: node:http, sockets, AsyncLocalStorage', 'quiet'),
    words(772, 96, 'imports', 'small'),
    words(772, 112, 'go down', 'small'),
    arrow([
      [772, top],
      [772, bottom - 14],
    ]),
  ]);
}
