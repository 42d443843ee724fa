// Tests that build on each other: after the first that fails the others are skipped, so that its reason is seen.
import { test } from 'node:test';

let broken = false;

export function step(name, work) {
  test(name, async (context) => {
    if (broken) {
      context.skip('an earlier step failed');
      return;
    }
    broken = true;
    await work(context);
    broken = false;
  });
}
