import { arrow, box, picture, words } from './draw.mjs';

const sent = [
  ['validate', ['by the schema'], 'own'],
  ['envelope', ['id, time, source,', 'trace: a CloudEvent']],
  ['transport', ['memory, or', 'RabbitMQ']],
  ['confirm', ['the broker has it:', 'publish resolves']],
];
const taken = [
  ['transport', ['delivers']],
  ['readable?', ['decode, validate']],
  ['claim the id', ['once, where a store', 'is given']],
  ['your handler', ['in the trace of', 'who published'], 'own'],
  ['settle.ts', ['the only file', 'that acks']],
];

export function message() {
  const width = 138;
  const row = (parts, y, step) =>
    parts.map(([name, lines, kind], i) => [
      box(24 + i * step, y, width, 66, name, lines, kind),
      i === 0
        ? []
        : arrow([
            [24 + i * step - (step - width), y + 33],
            [24 + i * step - 2, y + 33],
          ]),
    ]);
  const step = 178;
  const settle = 24 + 4 * step + width / 2;
  return picture(900, 452, 'One message: published, taken, handled, settled', [
    words(24, 34, 'publish', 'big', 'start'),
    row(sent, 50, step),
    words(24 + 4 * step, 78, 'not taken: PUBLISH_...', 'small', 'start'),
    words(24 + 4 * step, 96, 'an error, and you know', 'quiet', 'start'),
    words(24, 164, 'consume', 'big', 'start'),
    row(taken, 180, step),
    box(202, 330, 190, 66, 'delay queue', ['1 s, 5 s, 30 s, 2 min']),
    box(460, 330, 200, 66, 'dead letters', ['looked at and replayed', 'by keelson dlq'], 'bad'),
    box(settle - width / 2, 330, width, 66, 'ack', ['the broker forgets it']),
    arrow(
      [
        [settle + 20, 248],
        [settle + 20, 328],
      ],
      'done',
      [8, 4, 'start'],
    ),
    arrow(
      [
        [settle - 40, 248],
        [settle - 40, 270],
        [297, 270],
        [297, 328],
      ],
      'failed: put there first, then acked',
      [-120, -6],
    ),
    arrow(
      [
        [settle - 20, 248],
        [settle - 20, 300],
        [560, 300],
        [560, 328],
      ],
      'malformed, or failed too often',
      [0, -6],
    ),
    arrow([
      [200, 363],
      [93, 363],
      [93, 248],
    ]),
    words(24, 385, 'handled again, in', 'small', 'start'),
    words(24, 401, 'whichever instance', 'small', 'start'),
    words(
      24,
      434,
      'Events go to each group; the instances of a group share the work. Commands are answered, and repeated by nobody.',
      'quiet',
      'start',
    ),
  ]);
}
