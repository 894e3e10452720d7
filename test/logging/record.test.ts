import { type LineRecord } from '../../src/logging/record';

describe('LineRecord', () => {
  test('has what every line has, and any field', () => {
    const record: LineRecord = { timestamp: 't', level: 'info', message: 'm', any: 1 };
    expect(Object.keys(record)).toEqual(['timestamp', 'level', 'message', 'any']);
  });
});
