import { Progress } from '../../src/cli/progress';
import { FakeClock } from '../support/fake-clock';

const clock = new FakeClock();
let told: string[];
beforeEach(() => (told = []));

const make = (columns?: number): Progress =>
  new Progress({ clock, err: (text) => void told.push(text), columns, past: 'replayed' });
const at = (seen: number, done = 0) => ({ total: 200, seen, meant: seen, done, failed: 0 });

test('what is short needs none', async () => {
  const progress = make(80);
  await clock.advance(999);
  progress.tell(at(200));
  progress.end();
  expect(told).toEqual([]);
});

test('in a terminal it is a bar, which is drawn at most ten times a second and goes away', async () => {
  const progress = make(80);
  await clock.advance(1_000);
  progress.tell(at(50, 7));
  progress.tell(at(51, 7));
  await clock.advance(100);
  progress.tell(at(200, 8));
  progress.end();
  progress.end();
  expect(told).toEqual([
    '\r\u001b[2K[======                  ]  25% 50 of 200 looked at, 7 replayed',
    '\r\u001b[2K[========================] 100% 200 of 200 looked at, 8 replayed',
    '\r\u001b[2K',
  ]);
});

test('a narrow terminal gets no second line', async () => {
  const progress = make(20);
  await clock.advance(1_000);
  progress.tell(at(50));
  expect(told[0]).toHaveLength('\r\u001b[2K'.length + 19);
});

test('elsewhere it is a line now and then', async () => {
  const progress = make();
  await clock.advance(1_000);
  progress.tell(at(1, 1));
  await clock.advance(9_999);
  progress.tell(at(2, 2));
  await clock.advance(1);
  progress.tell(at(3, 3));
  progress.end();
  expect(told).toEqual(['1 of 200 looked at, 1 replayed\n', '3 of 200 looked at, 3 replayed\n']);
});
