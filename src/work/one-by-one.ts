/** What it returns does tasks one after the other, in the order in which they come: for those that each take much memory. */
export function oneByOne(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const doing = last.then(task);
    last = doing.catch(() => undefined);
    return doing;
  };
}
