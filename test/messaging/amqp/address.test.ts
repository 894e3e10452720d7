import { addressOf } from '../../../src/messaging/amqp/address';

test('an address is read, and shown without its credentials', () => {
  expect(addressOf('amqps://us%40er:p%2Fw@rabbit/my%2Fhost')).toEqual({
    secure: true,
    host: 'rabbit',
    port: 5671,
    user: 'us@er',
    password: 'p/w',
    vhost: 'my/host',
    shown: 'amqps://rabbit:5671/my%2Fhost',
  });
});

test('what is left out is as everywhere', () => {
  const address = addressOf('amqp://[::1]:1234');
  expect(address).toMatchObject({ host: '::1', port: 1234, user: 'guest', password: 'guest', vhost: '/' });
  expect(address?.shown).toBe('amqp://[::1]:1234');
});

test.each(['http://a', 'amqp:', '', 'rabbit', 'amqp://a/%zz', 5, undefined])('%p is none', (text) => {
  expect(addressOf(text)).toBeUndefined();
});
