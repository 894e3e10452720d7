import { processRecord } from '../../src/service/process-record';

test('there is one record, known to every copy of the package', () => {
  expect(processRecord()).toBe(processRecord());
  jest.isolateModules(() => {
    const other = jest.requireActual<{ processRecord: typeof processRecord }>('../../src/service/process-record');
    expect(other.processRecord).not.toBe(processRecord);
    expect(other.processRecord()).toBe(processRecord());
  });
  expect((globalThis as Record<symbol, unknown>)[Symbol.for('keelson.process/1')]).toBe(processRecord());
});

test('it begins empty', () => {
  expect(processRecord()).toMatchObject({ listeners: [], exitCode: undefined, fatalMonitor: false });
  expect(processRecord().services.size + processRecord().guarded.size).toBe(0);
});
