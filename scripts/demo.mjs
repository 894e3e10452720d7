// The main job, shown: one service and its life, then services that call each other while instances die, then a message that cannot be handled.
import { firstAct } from './demo/first-act.mjs';
import { secondAct } from './demo/second-act.mjs';
import { endInstances } from './demo/stage.mjs';
import { thirdAct } from './demo/third-act.mjs';

try {
  await firstAct();
  await secondAct();
  await thirdAct();
} finally {
  endInstances();
}
console.log('\nAll of it held.');
