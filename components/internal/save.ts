/** Offers a file to the reader. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // Browsers start the download in a later task.
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 10_000);
}
