import { type Counter, type Meter, noopMeter } from '../../src/core';
import { LostLines } from '../../src/logging/lost-lines';

describe('LostLines', () => {
  test('counts before and after there is a meter', () => {
    let total = 0;
    const counter = {
      inc: (value: number) => {
        total += value;
      },
    } as unknown as Counter;
    const meter: Meter = { ...noopMeter, counter: () => counter };
    const lost = new LostLines('x_total', 'x');
    lost.add(2);
    lost.setMeter(meter);
    lost.setMeter(meter);
    expect(total).toBe(2);
    lost.add(3);
    lost.add(0);
    expect(total).toBe(5);
  });
});
