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
