'use strict';

const { setTimeout: sleep } = require('node:timers/promises');

/** The memory in use once its garbage is collected (--expose-gc). Several times, with turns of the event loop between: what a collection finds to be gone may free more. */
module.exports = async function collected() {
  for (let i = 0; i < 6; i++) {
    globalThis.gc();
    await sleep(50);
  }
  return process.memoryUsage();
};
