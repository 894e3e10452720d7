'use strict';

/** Lets the process that started this one call these functions; it ends when that process is gone. */
module.exports = function answerCalls(functions) {
  process.on('message', ({ id, name, argument }) => {
    Promise.resolve()
      .then(() => functions[name](argument))
      .then(
        (result) => process.send({ id, result }),
        (error) => process.send({ id, error: String(error?.stack ?? error) }),
      );
  });
  process.on('disconnect', () => process.exit());
  process.send('listening');
};
