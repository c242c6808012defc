import { expect } from 'chai';

/** The error that `run` throws or rejects with; fails when it does neither, or when it is of another class. */
export async function rejection<E extends Error>(
  type: abstract new (...args: never[]) => E,
  run: () => unknown,
): Promise<E> {
  try {
    await run();
  } catch (error) {
    if (error instanceof type) return error;
    throw error;
  }
  return expect.fail(`no ${type.name} was thrown`);
}
