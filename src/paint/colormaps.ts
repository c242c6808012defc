import { checkChoice } from '../check.ts';

/** `rdbu` is for values of both signs: blue is negative, white zero, red positive. The others go from dark to light. */
export type ColormapName = 'viridis' | 'magma' | 'gray' | 'rdbu';

export const COLORMAPS: readonly ColormapName[] = ['viridis', 'magma', 'gray', 'rdbu'];

export type Rgb = readonly [r: number, g: number, b: number];

/**
 * Colours at even distances; between them linear in sRGB. Six hex digits each, or the first one so and then the steps to the
 * next, in turn of red, green and blue: J is 0, K 1, I −1, …
 * viridis and magma: every fifth of the 256 colours by S. van der Walt, N. Smith and E. Firing (CC0 1.0), nowhere more than
 * 1/255 from the whole table. rdbu: ColorBrewer's RdBu with 11 classes by C. Brewer (Apache 2.0), turned round.
 */
const ANCHORS: Readonly<Record<ColormapName, readonly [hex: string, steps: string]>> = {
  viridis: [
    '440154',
    'LQRKRQKQPJPPJQPIPOIPNIQMHPMHOMHPLHPKGOKHPKGOKHOJHOKGOJHNJHOJIOJHOJHNJHOJHOIINIIOIIOHKOILNGMOHNNGPOFQNGROESNETNETNDUMDUNCVMCWMBVMBWLAXMBWLAWLCXKDWLJVKNVLR',
  ],
  magma: [
    '000004',
    'LLQMLUNMTONUPMUPLVQKVRJVRJURHSSJQRKNRMMRMLRMLRMKRMJQMKRMIRMJRMJRLIRMHSMIRLHRMGRMGRMGRNGQNFQPFQPFOPGORGMSIMSJLSKLTMKSNKTOKSOJSPJTQJSQJSRJSRJSRITSJSSISTJSS',
  ],
  gray: ['000000ffffff', ''],
  rdbu: ['0530612166ac4393c392c5ded1e5f0f7f7f7fddbc7f4a582d6604db2182b67001f', ''],
};

function anchorsOf(name: ColormapName): Rgb[] {
  const [hex, steps] = ANCHORS[checkChoice('colour map', name, COLORMAPS)];
  const colors = hex.match(/.{6}/g)!.map((digits): [number, number, number] => {
    const value = parseInt(digits, 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
  });
  for (const step of steps.match(/.{3}/g) ?? []) {
    const last = colors.at(-1)!;
    colors.push([0, 1, 2].map((k) => last[k]! + step.charCodeAt(k) - 'J'.charCodeAt(0)) as [number, number, number]);
  }
  return colors;
}

/** The colour at t, 0…1; values outside take the colour of the end. Not rounded. */
export function colormap(name: ColormapName): (t: number) => Rgb {
  const colors = anchorsOf(name);
  const last = colors.length - 1;
  return (t) => {
    const at = Math.min(1, Math.max(0, t)) * last;
    const i = Math.min(Math.floor(at), last - 1);
    const [a, b, f] = [colors[i]!, colors[i + 1]!, at - i];
    return [a[0] + (b[0] - a[0]) * f, a[1] + (b[1] - a[1]) * f, a[2] + (b[2] - a[2]) * f];
  };
}

/** A CSS gradient towards `to`, for the colour scale beside a figure. */
export function cssGradient(name: ColormapName, to: 'right' | 'top' = 'right'): string {
  checkChoice('side', to, ['right', 'top']);
  const stops = anchorsOf(name).map((color) => `rgb(${color.join(' ')})`);
  return `linear-gradient(to ${to}, ${stops.join(', ')})`;
}
