import { WaitingLine, type Place } from '../../src/resilience/waiting-line';
import { seeded } from './support/calls';

function lineOf(...names: string[]): { line: WaitingLine; told: string[]; places: Record<string, Place> } {
  const line = new WaitingLine();
  const told: string[] = [];
  const places = Object.fromEntries(names.map((name) => [name, line.join(() => told.push(name))]));
  return { line, told, places };
}

test('first come, first served', () => {
  const { line, told } = lineOf('a', 'b', 'c');
  expect(line.length).toBe(3);
  expect([line.call(), line.call(), line.call(), line.call()]).toEqual([true, true, true, false]);
  expect(told).toEqual(['a', 'b', 'c']);
  expect(line.length).toBe(0);
});

test.each(['a', 'b', 'c'])('%s leaves, once, and is not told', (name) => {
  const { line, told, places } = lineOf('a', 'b', 'c');
  expect(line.leave(places[name] as Place)).toBe(true);
  expect(line.leave(places[name] as Place)).toBe(false);
  while (line.call());
  expect(told).toEqual(['a', 'b', 'c'].filter((each) => each !== name));
});

test('nobody leaves after their turn', () => {
  const { line, places } = lineOf('a');
  line.call();
  expect(line.leave(places['a'] as Place)).toBe(false);
  expect(line.length).toBe(0);
});

test('as a list would: 5,000 random steps', () => {
  const random = seeded(3);
  const line = new WaitingLine();
  const told: number[] = [];
  const expected: number[] = [];
  const list: { id: number; place: Place }[] = [];
  for (let id = 0; id < 5000; id += 1) {
    const dice = random();
    if (dice < 0.5) list.push({ id, place: line.join(() => told.push(id)) });
    else if (dice < 0.75 && list.length > 0) {
      const [gone] = list.splice(Math.floor(random() * list.length), 1);
      line.leave((gone as { place: Place }).place);
    } else if (line.call()) expected.push((list.shift() as { id: number }).id);
    expect(line.length).toBe(list.length);
  }
  expect(told).toEqual(expected);
  expect(told.length).toBeGreaterThan(500);
});
