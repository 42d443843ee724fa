// Waiting for a condition, with a deadline and a reason.
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_AGAIN_MILLIS = 20;

export async function until(what, condition, millis = 10_000) {
  const deadline = performance.now() + millis;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`not within ${millis} ms: ${what}`);
    await pause(LOOK_AGAIN_MILLIS);
  }
}
