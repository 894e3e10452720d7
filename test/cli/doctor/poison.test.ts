import { givePoison } from '../../../src/cli/doctor/poison';
import {
  createMemoryBroker,
  createMessaging,
  defineEvent,
  memoryTransport,
  type OwnedMessaging,
} from '../../../src/messaging';

const broker = createMemoryBroker();
let messaging: OwnedMessaging;
afterEach(() => messaging.stop());

const subscription = (event: string) => ({ event, group: 'doctor', ordered: false, delaysMs: [] });

test('what becomes of what nobody can handle', async () => {
  messaging = createMessaging({ source: 'doctor', transport: memoryTransport({ broker }) });
  const never = { retry: { delaysMs: [] } };
  messaging.subscribe(defineEvent('it.strict'), () => Promise.reject(new Error('what is this?')), never);
  messaging.subscribe(defineEvent('it.lenient'), () => undefined, never);
  await messaging.start();
  messaging.open();
  expect(await givePoison(broker, [subscription('it.strict'), subscription('it.lenient')])).toMatchObject([
    { unreadable: true, senseless: 'dead' },
    { unreadable: true, senseless: 'gone' },
  ]);
});
