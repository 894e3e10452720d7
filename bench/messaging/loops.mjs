// How messages are kept coming. `more` says, and counts, whether one more may go; each loop resolves with how many went when all of them are settled.

/** So many calls at a time, each followed by the next at once. */
export const windowed = (width, call) => async (more) => {
  let sent = 0;
  const worker = async () => {
    while (more()) {
      sent += 1;
      await call();
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return sent;
};

/** As many as `size`, then `settled` is awaited for all of them. */
export const batched = (size, begin, settled) => async (more) => {
  let sent = 0;
  for (let ended = false; !ended;) {
    for (let i = 0; i < size; i++) {
      ended = !more();
      if (ended) break;
      sent += 1;
      const room = begin();
      if (room !== undefined) await room;
    }
    await settled();
  }
  return sent;
};
