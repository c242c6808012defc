/** Runs with a property replaced on one object, and takes the replacement away again. */
export async function withProperty<T>(target: object, name: string, value: unknown, run: () => Promise<T>): Promise<T> {
  Object.defineProperty(target, name, { value, configurable: true });
  try {
    return await run();
  } finally {
    Reflect.deleteProperty(target, name);
  }
}
