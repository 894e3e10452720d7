// What was aimed at, and whether it was reached: by messages per second, as they come out with the broker that all share; the CPU times are said beside it.
import { consumeBase, consumeSame, keelson, publishBase, publishSame, requestBase, requestSame } from './cases.mjs';
import { against, measured, usual } from './table.mjs';

const verdict = (met) => (met ? 'met' : 'MISSED');

/** At least, and better still, so many times the messages per second of the other. */
function compared(group, name, other, least, aim) {
  if (!measured(group, name) || !measured(group, other)) return [];
  const { perSecond, limit: possible, cpu } = against(group, name, other);
  const goals =
    aim === undefined
      ? [['at least', least]]
      : [
          ['at least', least],
          ['aim', aim],
        ];
  const told = goals.map(([word, factor]) => `${word} ${factor.toFixed(1)}: ${verdict(perSecond >= factor)}`);
  return [
    `${group.title}: ${name} / ${other}: ${told.join(', ')} (${perSecond.toFixed(2)}; by CPU of the busier side ${possible.toFixed(2)}, of this side ${cpu.toFixed(2)})`,
  ];
}

function limit(group, name, figure, what, goals, met) {
  if (!measured(group, name)) return [];
  const seen = usual(group, name, figure);
  const told = goals.map(([word, goal]) => `${word} ${goal}: ${verdict(met(seen, goal))}`);
  return [`${group.title}: ${name}, ${what}: ${told.join(', ')} (${seen.toFixed(figure === 'p50Ms' ? 2 : 0)})`];
}

/** Ahead of each of those whose name has the text in it. */
const ahead = (group, name, text) =>
  [...group.results.keys()].filter((other) => other.includes(text)).flatMap((other) => compared(group, name, other, 1));

const frameworks = (group, name) => ['NestJS', 'Moleculer'].flatMap((text) => ahead(group, name, text));
const libraries = (group, name) => ['rabbitmq-client', 'amqp-connection'].flatMap((text) => ahead(group, name, text));

const kinds = {
  publish: (group) => [
    ...compared(group, keelson.publish, publishBase, 1, 1.2),
    ...compared(group, keelson.publish, publishSame, 1),
    ...compared(group, keelson.publish, 'rabbitmq-client, 1,000 at a time', 0.8, 1),
    ...frameworks(group, keelson.publish),
  ],
  consume: (group) =>
    [keelson.consume, keelson.consumeWide].flatMap((name) => [
      ...compared(group, name, consumeBase, 1, 1.3),
      ...compared(group, name, consumeSame, 1),
      ...libraries(group, name),
      ...frameworks(group, name),
    ]),
  request: (group) => [
    ...compared(group, keelson.request, requestBase, 0.9, 1.1),
    ...compared(group, keelson.request, requestSame('quorum'), 0.9),
    ...compared(group, keelson.requestClassic, requestBase, 0.9, 1.1),
    ...compared(group, keelson.requestClassic, requestSame('classic'), 0.9),
    ...[keelson.request, keelson.requestClassic].flatMap((name) => [
      ...libraries(group, name),
      ...frameworks(group, name),
    ]),
    ...limit(
      group,
      keelson.request,
      'p50Ms',
      'one at a time, p50 in ms',
      [
        ['at most', 1.5],
        ['aim', 0.8],
      ],
      (seen, goal) => seen <= goal,
    ),
  ],
  memory: (group) =>
    limit(group, keelson.memory, 'perSecond', 'messages/s', [['at least', 30_000]], (seen, goal) => seen >= goal),
};

export const targets = (groups) => groups.flatMap((group) => kinds[group.kind](group).map((line) => `- ${line}`));
