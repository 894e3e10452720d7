import { memoryTransport, type Transport } from '../../src/messaging';
import { ScriptedTransport } from './support/scripted-transport';

test.each<[string, Transport]>([
  ['the one in memory', memoryTransport()],
  ['a scripted one', new ScriptedTransport()],
])('a transport opens nothing when it is made, and can be stopped at once: %s', async (_, transport) => {
  expect([typeof transport.kind, transport.outstanding]).toEqual(['string', 0]);
  await transport.stop();
  await transport.stop(AbortSignal.abort());
});
