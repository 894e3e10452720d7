// The main job, shown: one service and its life, then three services that call each other while instances die.
import { firstAct } from './demo/first-act.mjs';
import { secondAct } from './demo/second-act.mjs';
import { endInstances } from './demo/stage.mjs';

try {
  await firstAct();
  await secondAct();
} finally {
  endInstances();
}
console.log('\nAll of it held.');
