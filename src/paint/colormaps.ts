/** `rdbu` is for values of both signs: blue is negative, white zero, red positive. The others go from dark to light. */
export type ColormapName = 'viridis' | 'magma' | 'gray' | 'rdbu';

export const COLORMAPS: readonly ColormapName[] = ['viridis', 'magma', 'gray', 'rdbu'];

export type Rgb = readonly [r: number, g: number, b: number];

/**
 * Colours at even distances, six hex digits each; between them linear in sRGB.
 * viridis and magma: every fifth of the 256 colours by S. van der Walt, N. Smith and E. Firing (CC0 1.0), nowhere more than
 * 1/255 from the whole table. rdbu: ColorBrewer's RdBu with 11 classes by C. Brewer (Apache 2.0), turned round.
 */
const ANCHORS: Readonly<Record<ColormapName, string>> = {
  viridis:
    '44015446085c471063481769481d6f482475472a7a46307e453781433d844142873f48893d4e8a3a538b38598c355e8d33638d31688e' +
    '2e6d8e2c718e2a768e297b8e27808e25848e23898e218e8d20928c1f978b1e9c891fa18821a58524aa8328ae802eb37c35b7793dbc74' +
    '46c06f50c46a5ac86465cb5e70cf577cd25089d54895d840a2da37b0dd2fbddf26cae11fd8e219e5e419f1e51dfde725',
  magma:
    '00000402020b0504160907200e0b2b140e361a104221114e29115a311165390f6e420f754a107952137c5a167e6219806a1c81721f81' +
    '792282812581892881912b81992d80a1307eaa337db2357bba3878c23b75ca3e72d2426fd9466be04c67e75263ec5860f1605df4695c' +
    'f7725cf97b5dfb8560fc8e64fd9869fea16efeaa74feb47bfebd82fec68afecf92fed89afde2a3fdebacfcf4b6fcfdbf',
  gray: '000000ffffff',
  rdbu: '0530612166ac4393c392c5ded1e5f0f7f7f7fddbc7f4a582d6604db2182b67001f',
};

/** The colour at t, 0…1; values outside take the colour of the end. Not rounded. */
export function colormap(name: ColormapName): (t: number) => Rgb {
  const colors = ANCHORS[name].match(/.{6}/g)!.map((hex) => {
    const value = parseInt(hex, 16);
    return [value >> 16, (value >> 8) & 255, value & 255] as const;
  });
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
  const stops = ANCHORS[name].match(/.{6}/g)!.map((hex) => `#${hex}`);
  return `linear-gradient(to ${to}, ${stops.join(', ')})`;
}
