/**
 * Settles as `promise` does, or after `ms` as `late` does, which may throw. The promise itself goes on; what becomes of it
 * then is of no concern.
 */
export async function within<T, L>(ms: number, promise: Promise<T>, late: () => L): Promise<T | L> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, ms, 'late');
  });
  const settled = promise.then((value) => ({ value }));
  try {
    const first = await Promise.race([settled, timeout]);
    return first === 'late' ? late() : first.value;
  } finally {
    clearTimeout(timer);
  }
}
