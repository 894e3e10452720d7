import { frame, picture, words } from './draw.mjs';

/** From the outside in, as src/client/client.ts lists them. */
const stages = [
  ['fallback', 'your answer, when all else has failed; never for a call that was given up'],
  ['timeout for the whole', "the caller's deadline, all attempts and waits within it"],
  ['retry, with a budget', 'on another instance; only what may be repeated'],
  ['circuit breaker', 'leaves alone what only fails'],
  ['pick an instance', 'the least loaded of two; one that only fails is left out'],
  ['timeout for the attempt', 'cuts one that hangs'],
  ['bulkhead', 'so many at once; a slot is freed when the work ends'],
];

export function outbound() {
  const step = 48;
  const inset = 18;
  const width = 800;
  const bottom = 48 + stages.length * step + 62;
  const height = bottom + stages.length * 12 + 46;
  const rings = stages.map(([name, what], i) => {
    const x = 24 + i * inset;
    const y = 48 + i * step;
    return [
      frame(x, y, width - 2 * x, bottom + (stages.length - i) * 12 - y, i % 2 === 0 ? 'box' : 'page'),
      words(x + 14, y + 30, name, 'bold', 'start'),
      words(x + 200, y + 30, what, 'quiet', 'start'),
    ];
  });
  const y = 48 + stages.length * step;
  const x = 24 + stages.length * inset;
  return picture(width, height, 'One outbound call: policies around policies, and the sending innermost', [
    words(24, 32, "service.client('stock').get('/items/7')", 'mono', 'start'),
    rings,
    frame(x, y, width - 2 * x, 62, 'own'),
    words(width / 2, y + 26, 'send', 'bold'),
    words(width / 2, y + 46, 'with trace, deadline and request id in its headers', 'quiet'),
    words(
      width / 2,
      height - 18,
      'what comes back feeds the breaker, the figures of load, and who is left out',
      'quiet',
    ),
  ]);
}
