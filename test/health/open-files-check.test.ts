import { openFilesCheck } from '../../src/health';

const signal = new AbortController().signal;

afterEach(() => jest.restoreAllMocks());

function failing(code: string): void {
  jest.spyOn(process.memoryUsage, 'rss').mockImplementation(() => {
    throw Object.assign(new Error(`${code}: it failed`), { code });
  });
}

test('is UP where files can be opened', async () => {
  expect(await openFilesCheck()(signal)).toEqual({ status: 'UP' });
});

test.each(['EMFILE', 'ENFILE'])('is OUT_OF_SERVICE at %s, and UP again after it', async (code) => {
  const check = openFilesCheck();
  failing(code);
  expect(await check(signal)).toEqual({ status: 'OUT_OF_SERVICE', details: { code } });
  jest.restoreAllMocks();
  expect(await check(signal)).toEqual({ status: 'UP' });
});

test('what fails for another reason is told as it is', () => {
  failing('EACCES');
  expect(() => openFilesCheck()(signal)).toThrow('EACCES');
});
