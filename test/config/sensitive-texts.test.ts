import { create } from './support/invalid';

test('present values of sensitive settings, those that lost, and passwords in URLs', () => {
  const secret = { doc: 'x', format: '*', default: null, sensitive: true };
  const schema = {
    text: secret,
    url: secret,
    bad: secret,
    plainUrl: secret,
    map: secret,
    pin: secret,
    unset: secret,
    empty: secret,
    flag: secret,
    open: { doc: 'x', format: '*', default: 'open' },
  };
  const config = create(schema, {
    env: { TEXT: 'loser' },
    settings: {
      text: 'winner',
      url: 'amqp://user:p%40ss@host',
      bad: 'amqp://user:100%25%zz@host',
      plainUrl: 'http://host/',
      map: { a: ['deep'], b: { c: 'deeper' } },
      pin: 4711,
      empty: '',
      flag: true,
    },
  });
  const texts = config.secrets();
  expect([...texts].sort()).toEqual(
    [
      'winner',
      'loser',
      'amqp://user:p%40ss@host',
      'p%40ss',
      'p@ss',
      'amqp://user:100%25%zz@host',
      '100%25%zz',
      'http://host/',
    ]
      .concat(['deep', 'deeper', '4711'])
      .sort(),
  );
});

test('the secret parts of connection strings, addresses and headers, as they are and decoded', () => {
  const secret = { doc: 'x', format: '*', default: null, sensitive: true };
  const config = create(
    { dsn: secret, libpq: secret, hook: secret, headers: secret },
    {
      settings: {
        dsn: 'Server=tcp:db;Password=hunter22;AccountKey=aGk=;',
        libpq: "host=db password='hunter33'",
        hook: 'https://h/x?page=2&api_key=hunter%2044',
        headers: 'x-team=red,authorization=Bearer%20hunter55',
      },
    },
  );
  const texts = config.secrets();
  expect(texts).toEqual(
    expect.arrayContaining(['hunter22', 'aGk=', 'hunter33', 'hunter%2044', 'hunter 44', 'Bearer hunter55', 'hunter55']),
  );
  for (const harmless of ['tcp:db', 'db', '2', 'red']) expect(texts).not.toContain(harmless);
});
