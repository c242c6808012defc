/** What is used of Node's own modules: this library is typed for pages. */
export interface Builtins {
  readonly 'node:fs/promises': {
    readFile(
      path: URL | string,
      options?: { readonly signal?: AbortSignal | undefined },
    ): Promise<Uint8Array<ArrayBuffer>>;
  };
  readonly 'node:module': {
    createRequire(from: string): { resolve(name: string): string };
  };
  readonly 'node:url': {
    pathToFileURL(path: string): URL;
  };
}

/**
 * A module that comes with Node (Deno and Bun have it too); undefined in a page. Asked for in this way it is no import,
 * which bundlers for pages would look for in vain.
 */
export function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: Name) => Builtins[Name] } };
  return process?.getBuiltinModule?.(name);
}
