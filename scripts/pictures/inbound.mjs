import { arrow, box, picture, words } from './draw.mjs';

const walk = [
  ['server.ts', ['node:http; limits for slow', 'or malformed heads'], 'box'],
  ['fast-paths.ts', ['a probe, a scrape,', 'another endpoint?'], 'box'],
  ['exchange.ts', ['ids, trace, deadline, signal:', 'the context of all that follows'], 'box'],
  ['in-flight.ts', ['one more than', 'http.maxInFlight?'], 'box'],
  ['app.ts', ['express: body within', 'its limit, parsed'], 'box'],
  ['your route', ['service.context()', 'has all of it'], 'own'],
];

export function inbound() {
  const width = 190;
  const step = 96;
  const x = 300;
  const at = (i) => 56 + i * step;
  const middle = (i) => at(i) + 34;
  return picture(800, at(walk.length) + 24, 'The way of one request through the http folder', [
    words(x + width / 2, 30, 'a request comes in', 'big'),
    walk.map(([name, lines, kind], i) => [
      arrow([
        [x + width / 2, at(i) - (i === 0 ? 20 : 28)],
        [x + width / 2, at(i) - 2],
      ]),
      box(x, at(i), width, 68, name, lines, kind),
    ]),
    box(40, at(1), 170, 68, 'answered at once', ['also while the service', 'is full or hangs']),
    arrow(
      [
        [x, middle(1)],
        [212, middle(1)],
      ],
      'yes',
    ),
    box(40, at(3), 170, 68, '503 OVERLOADED', ['with Retry-After'], 'bad'),
    arrow(
      [
        [x, middle(3)],
        [212, middle(3)],
      ],
      'yes',
    ),
    box(40, at(5), 170, 68, 'problem.ts', ['what was thrown, or', 'not found: problem+json'], 'bad'),
    arrow(
      [
        [x, middle(5)],
        [212, middle(5)],
      ],
      'throws',
    ),
    box(580, at(3) - 40, 190, 148, 'observe.ts', [
      'when the answer has ended,',
      'whatever it was, in one place:',
      'the duration metric,',
      'the span,',
      'the access line',
    ]),
    arrow(
      [
        [x + width, middle(5)],
        [675, middle(5)],
        [675, at(3) + 110],
      ],
      'answers',
      [-95, 44],
    ),
    words(575, 62, 'Meanwhile, by exchange.ts:', 'bold', 'start'),
    words(575, 84, 'deadline passed: 504, signal aborts', 'quiet', 'start'),
    words(575, 102, 'client gone: signal aborts', 'quiet', 'start'),
  ]);
}
