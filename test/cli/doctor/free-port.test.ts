import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePort } from '../../../src/cli/doctor/free-port';

test('somebody can listen on it', async () => {
  const server = createServer().listen(await freePort(), '127.0.0.1');
  await once(server, 'listening');
  server.close();
});
