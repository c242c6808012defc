import { normalNumbers, randomNumbers } from '../tensor/random.ts';
import { float32, type Tensor } from '../tensor/tensor.ts';

/**
 * A filter [planes, rows, columns] whose waves are all as strong as they were, but lie somewhere else: to the phases of its discrete
 * Fourier transform those of a picture of white noise are added, which have the symmetry that real pictures have, and 0 where all
 * pixels count the same (Prichard & Theiler 1994, Phys. Rev. Lett. 73). All planes are turned by the same phases: the copy has
 * the colours of the filter too, and only what makes it an edge in one place is gone. The same seed gives the same copy.
 */
export function scramblePhases({ shape, data }: Tensor, seed: number): Tensor {
  const [planes, rows, columns] = shape as [number, number, number];
  const size = rows * columns;
  const normal = normalNumbers(randomNumbers(seed));
  const noise = transform(Float64Array.from({ length: size }, normal), new Float64Array(size), rows, columns, -1);
  const copy = new Float32Array(planes * size);
  for (let c = 0; c < planes; c++) {
    const plane = Float64Array.from(data.subarray(c * size, (c + 1) * size));
    const { re, im } = transform(plane, new Float64Array(size), rows, columns, -1);
    for (let i = 1; i < size; i++) {
      const length = Math.hypot(noise.re[i]!, noise.im[i]!);
      const [cos, sin] = [noise.re[i]! / length, noise.im[i]! / length];
      [re[i], im[i]] = [re[i]! * cos - im[i]! * sin, re[i]! * sin + im[i]! * cos];
    }
    const turned = transform(re, im, rows, columns, 1);
    copy.set(
      turned.re.map((value) => value / size),
      c * size,
    );
  }
  return float32(shape, copy);
}

interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** The discrete Fourier transform, by its definition: filters are small. */
function transform(re: Float64Array, im: Float64Array, rows: number, columns: number, sign: 1 | -1): Complex {
  const result = { re: new Float64Array(re.length), im: new Float64Array(re.length) };
  for (let v = 0, at = 0; v < rows; v++) {
    for (let u = 0; u < columns; u++, at++) {
      for (let y = 0, i = 0; y < rows; y++) {
        for (let x = 0; x < columns; x++, i++) {
          const turn = sign * 2 * Math.PI * ((u * x) / columns + (v * y) / rows);
          const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
          result.re[at]! += re[i]! * cos - im[i]! * sin;
          result.im[at]! += re[i]! * sin + im[i]! * cos;
        }
      }
    }
  }
  return result;
}
