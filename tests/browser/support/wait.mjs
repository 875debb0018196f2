// Waiting for a condition; nothing here guesses how long something takes.

/**
 * Asks `probe` until it gives something true, and gives that. Fails after `timeoutMs` with `what`.
 * @template T
 * @param {string} what what is waited for, in words
 * @param {() => Promise<T> | T} probe
 * @param {number} [timeoutMs]
 * @returns {Promise<T>}
 */
export async function until(what, probe, timeoutMs = 30_000) {
  const deadline = performance.now() + timeoutMs;
  let last = "";
  while (performance.now() < deadline) {
    try {
      const value = await probe();
      if (value) return value;
    } catch (error) {
      last = `: ${error.message}`;
    }
    await new Promise((again) => setTimeout(again, 25));
  }
  throw new Error(`waited ${timeoutMs} ms in vain for ${what}${last}`);
}
