// Counts the bytes of all typed arrays that are made, those of memory that is there already left out.

const TYPES = [
  'Float32Array',
  'Float64Array',
  'Int8Array',
  'Int16Array',
  'Int32Array',
  'Uint8Array',
  'Uint16Array',
  'Uint32Array',
];

/** Replaces the constructors; returns what tells the bytes so far. To be called before anything keeps one. */
export function countArrays() {
  let bytes = 0;
  for (const name of TYPES) {
    const Original = globalThis[name];
    const Counting = new Proxy(Original, {
      construct(target, args, newTarget) {
        const array = Reflect.construct(target, args, newTarget === Counting ? target : newTarget);
        if (!(args[0] instanceof ArrayBuffer)) bytes += array.byteLength;
        return array;
      },
    });
    Original.prototype.constructor = Counting; // map() and slice() ask it
    globalThis[name] = Counting;
  }
  return () => bytes;
}
