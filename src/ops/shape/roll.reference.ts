import type { Reference } from '../../ir/op.ts';

export const roll: Reference<object> = ({ inputs: [x] }, [xv, down, right]) => {
  const [h, w] = x!.shape.slice(2) as [number, number];
  const wrapped = (at: number, size: number): number => ((at % size) + size) % size;
  return [
    xv!.map((_, i) => {
      const line = Math.floor(i / w);
      const plane = Math.floor(line / h);
      const row = wrapped((line % h) - down![0]!, h);
      return xv![(plane * h + row) * w + wrapped((i % w) - right![0]!, w)]!;
    }),
  ];
};
