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

/** Expects an error of a class with a message that contains, or matches, `message`. */
export async function expectRejection(
  type: abstract new (...args: never[]) => Error,
  message: string | RegExp,
  run: () => unknown,
): Promise<void> {
  const error = await rejection(type, run);
  if (typeof message === 'string') expect(error.message).to.contain(message);
  else expect(error.message).to.match(message);
}
