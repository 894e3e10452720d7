import { faultDefaults, readRules } from '../../src/faults/rules';

const wrongIn = (rule: unknown, maxRatio?: number): readonly string[] => readRules([rule], maxRatio).wrong;

test('a rule needs a port and a fault; the rest has defaults', () => {
  expect(readRules([{ port: 'client', fault: 'delay' }])).toEqual({
    rules: [
      {
        port: 'client',
        fault: 'delay',
        name: 'client-delay-1',
        ratio: 0.1,
        times: Infinity,
        ttlMs: 600_000,
        delayMs: 1_000,
        jitterMs: 0,
        status: 503,
      },
    ],
    wrong: [],
  });
  expect(readRules([{ port: 'http', fault: 'status' }]).rules[0]).toMatchObject({ delayMs: 0 });
  expect(readRules([{ port: 'http', fault: 'hang' }], 0.05).rules[0]).toMatchObject({ ratio: 0.05, delayMs: 0 });
});

test.each([
  [{ port: 'http', fault: 'status', name: 'a', method: 'GET', route: '/a/:b/*', headers: { 'X-Test': '*' } }],
  [
    {
      port: 'http',
      fault: 'status',
      ratio: 0.5,
      times: 3,
      ttlMs: 86_400_000,
      delayMs: 600_000,
      jitterMs: 5,
      status: 400,
    },
  ],
  [{ port: 'client', fault: 'refuse', peer: 'api.example.com:8080', method: 'POST', route: '/' }],
  [{ port: 'publish', fault: 'unconfirmed', type: 'order.placed', headers: { tenant: 'acme' } }],
  [{ port: 'consume', fault: 'fail-after', type: 'order.*', group: 'billing' }],
  [{ port: 'registry', fault: 'slow', peer: 'stock', delayMs: 1 }],
])('%j is one', (rule) => expect(wrongIn(rule)).toEqual([]));

test.each([
  [null, 'an object is wanted'],
  ['delay', 'an object is wanted'],
  [[], 'an object is wanted'],
  [{}, 'port: one of http, client, publish, consume, registry'],
  [{ port: 'toString', fault: 'delay' }, 'port: one of http, client, publish, consume, registry'],
  [{ port: 'http' }, 'fault: one of delay, status, reset, hang'],
  [{ port: 'http', fault: 'drop' }, 'fault: one of delay, status, reset, hang'],
  [{ port: 'http', fault: 'delay', method: 'get' }, 'method: a method in upper case'],
  [{ port: 'http', fault: 'delay', route: 'a' }, 'route: a path, like /orders/:id or /orders/*'],
  [{ port: 'client', fault: 'delay', peer: '' }, 'peer: the name of a service or a host'],
  [{ port: 'consume', fault: 'delay', type: 7 }, 'type: an event or command, or order.*'],
  [{ port: 'consume', fault: 'delay', group: '' }, 'group: the name of a group'],
  [{ port: 'http', fault: 'delay', headers: ['a'] }, 'headers: an object of texts'],
  [{ port: 'http', fault: 'delay', headers: { a: 1 } }, 'headers: an object of texts'],
  [{ port: 'http', fault: 'delay', name: 'Slow' }, 'name: lower-case letters, digits and hyphens, at most 63'],
  [{ port: 'http', fault: 'delay', times: 0 }, 'times: a whole number, 1 or more'],
  [{ port: 'http', fault: 'delay', ttlMs: 86_400_001 }, 'ttlMs: a whole number from 1 to 86400000'],
  [{ port: 'http', fault: 'delay', delayMs: 600_001 }, 'delayMs: a whole number from 0 to 600000'],
  [{ port: 'http', fault: 'delay', delayMs: 0 }, 'delayMs: 1 or more'],
  [{ port: 'http', fault: 'delay', jitterMs: 0.5 }, 'jitterMs: a whole number from 0 to 600000'],
  [{ port: 'http', fault: 'status', status: 200 }, 'status: a whole number from 400 to 599'],
  [{ port: 'http', fault: 'delay', ratio: 0 }, 'ratio: a number above 0, at most 0.5 (faults.maxRatio)'],
  [{ port: 'http', fault: 'delay', ratio: 0.51 }, 'ratio: a number above 0, at most 0.5 (faults.maxRatio)'],
  [{ port: 'http', fault: 'delay', ratio: '0.1' }, 'ratio: a number above 0, at most 0.5 (faults.maxRatio)'],
])('%j is none: %s', (rule, wrong) => expect(wrongIn(rule)).toEqual([`rule 1: ${wrong}`]));

test('who needs more than the cap raises the cap', () => {
  expect(wrongIn({ port: 'http', fault: 'delay', ratio: 1 }, 1)).toEqual([]);
});

test.each([
  ['rout', { port: 'http', fault: 'delay', rout: '/a' }],
  ['peer', { port: 'http', fault: 'delay', peer: 'stock' }],
  ['status', { port: 'http', fault: 'delay', status: 500 }],
  ['delayMs', { port: 'http', fault: 'hang', delayMs: 5 }],
  ['group', { port: 'publish', fault: 'delay', group: 'a' }],
])('%s is refused where it would be passed over: the fault would hit more than was meant', (member, rule) => {
  const [wrong] = wrongIn(rule);
  expect(wrong).toMatch(new RegExp(`^rule 1: ${member}: not a member of this rule, which may have name, port, fault,`));
});

test('all mistakes are told at once, and names are used once', () => {
  const rules = [
    { port: 'http', fault: 'delay', name: 'a', times: -1, ttlMs: 0 },
    7,
    { port: 'http', fault: 'delay', name: 'a' },
  ];
  expect(readRules(rules).wrong).toEqual([
    'rule 1: times: a whole number, 1 or more',
    `rule 1: ttlMs: a whole number from 1 to 86400000`,
    'rule 2: an object is wanted',
    'rule 3: name: another rule has it',
  ]);
});

test('what is no list has no rules', () => {
  expect(readRules({})).toEqual({ rules: [], wrong: ['a list of rules is wanted'] });
  expect(Object.isFrozen(faultDefaults)).toBe(true);
});
