import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** A package that its user may have installed, beside this one or in the project; undefined where it is in neither. */
export async function optionalPackage(name: string): Promise<unknown> {
  for (const place of [import.meta.url, pathToFileURL(`${process.cwd()}/`).href]) {
    try {
      return await import(pathToFileURL(createRequire(place).resolve(name)).href);
    } catch {
      // It is optional
    }
  }
  return undefined;
}
