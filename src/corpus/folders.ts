/** The folder in which a picture of a corpus lies, the innermost: its class where each class has a folder. Undefined without one. */
export function folderOf(id: string): string | undefined {
  return /([^/]+)\/[^/]*$/.exec(id)?.[1];
}
