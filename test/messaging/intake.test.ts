import { Intake } from '../../src/messaging/intake';

const all = <T>(intake: Intake<T>): T[] => {
  const begun: T[] = [];
  for (let next = intake.next(); next !== undefined; next = intake.next()) begun.push(next);
  return begun;
};

describe('without lanes', () => {
  test('so many begin, in the order in which they came', () => {
    const intake = new Intake<string>(2);
    for (const item of 'abcd') intake.add(item);
    expect([all(intake), intake.running]).toEqual([['a', 'b'], 2]);
    intake.ended('b');
    expect([all(intake), intake.running]).toEqual([['c'], 2]);
  });

  test('what pauses takes no place', () => {
    const intake = new Intake<string>(1);
    for (const item of 'ab') intake.add(item);
    expect(all(intake)).toEqual(['a']);
    intake.paused();
    expect(all(intake)).toEqual(['b']);
    intake.again('a');
    expect(all(intake)).toEqual([]);
    intake.ended('b');
    expect(all(intake)).toEqual(['a']);
  });

  test('nothing that waits begins once it is cleared', () => {
    const intake = new Intake<string>(1);
    for (const item of 'abc') intake.add(item);
    all(intake);
    intake.clear();
    intake.ended('a');
    expect([all(intake), intake.running]).toEqual([[], 0]);
  });
});

describe('with lanes', () => {
  const make = (concurrency: number): Intake<string> => new Intake(concurrency, (item) => item[0] as string);

  test('one of a lane at a time, lanes beside each other', () => {
    const intake = make(2);
    for (const item of ['a1', 'a2', 'b1', 'c1', 'a3']) intake.add(item);
    expect(all(intake)).toEqual(['a1', 'b1']);
    intake.ended('b1');
    expect(all(intake)).toEqual(['c1']);
    intake.ended('a1');
    expect(all(intake)).toEqual(['a2']);
    intake.ended('c1');
    intake.ended('a2');
    expect(all(intake)).toEqual(['a3']);
    intake.ended('a3');
    expect(intake.running).toBe(0);
    intake.add('a4');
    expect(all(intake)).toEqual(['a4']);
  });

  test('a lane waits for what pauses, the others do not', () => {
    const intake = make(1);
    for (const item of ['a1', 'a2', 'b1']) intake.add(item);
    expect(all(intake)).toEqual(['a1']);
    intake.paused();
    expect(all(intake)).toEqual(['b1']);
    intake.again('a1');
    intake.ended('b1');
    expect(all(intake)).toEqual(['a1']);
    intake.ended('a1');
    expect(all(intake)).toEqual(['a2']);
  });

  test('nothing that waits in a lane begins once it is cleared', () => {
    const intake = make(5);
    for (const item of ['a1', 'a2', 'b1']) intake.add(item);
    all(intake);
    intake.clear();
    intake.ended('a1');
    expect([all(intake), intake.running]).toEqual([[], 1]);
  });
});
