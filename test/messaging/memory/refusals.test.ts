import { aborted, full, noReply, notStarted, stopped, unroutable } from '../../../src/messaging/memory/refusals';

test('each says what it is, whether it is worth another try, and what is not known', () => {
  const said = [
    unroutable('order.placed'),
    full('order.placed.billing'),
    notStarted(),
    stopped(),
    stopped('unknown'),
    aborted('why'),
    aborted('why', 'unknown'),
    noReply('stock.reserve'),
  ].map(({ code, retryable, details, cause }) => [code, retryable, details, cause]);
  expect(said).toEqual([
    ['PUBLISH_UNROUTABLE', false, { type: 'order.placed' }, undefined],
    ['PUBLISH_NACKED', true, { queue: 'order.placed.billing' }, undefined],
    ['NOT_STARTED', true, {}, undefined],
    ['STOPPED', false, {}, undefined],
    ['STOPPED', false, { outcome: 'unknown' }, undefined],
    ['ABORTED', false, {}, 'why'],
    ['ABORTED', false, { outcome: 'unknown' }, 'why'],
    ['TIMEOUT', false, { type: 'stock.reserve', outcome: 'unknown' }, undefined],
  ]);
});
