/** A window of a pool over [h][w], and so many of them: what is h comes before what is w. */
export type WindowArguments = [
  h: number,
  w: number,
  kernelH: number,
  kernelW: number,
  strideH: number,
  strideW: number,
  dilationH: number,
  dilationW: number,
  top: number,
  left: number,
  countH: number,
  countW: number,
];

type PoolArguments = [x: number, planes: number, ...WindowArguments, y: number];

/** What kernels/ exports besides products and convolutions; addresses and steps are bytes, sizes elements. */
export interface LoopKernels {
  ofOne(what: number, x: number, y: number, n: number, alpha: number, beta: number): void;
  /** Steps are 16, or 0 for a number that stays the same. */
  ofTwo(what: number, a: number, aStep: number, b: number, bStep: number, y: number, n: number): void;
  reluGrad(mask: number, dy: number, dx: number, n: number, low: number, high: number, floor: number): void;
  /** `switches` is 0 where nothing asks for them; `base` is the index of the first number in all of x. */
  maxPool(...more: [...PoolArguments, switches: number, base: number]): void;
  sumPool(...more: PoolArguments): void;
  /** h and w of the map, r and s of the windows, p and q of the parts. */
  readWindow(
    map: number,
    planes: number,
    h: number,
    w: number,
    window: number,
    r: number,
    s: number,
    y: number,
    p: number,
    q: number,
    top: number,
    left: number,
    windowTop: number,
    windowLeft: number,
    fill: number,
  ): void;
  sum(x: number, n: number): number;
  greatest(x: number, n: number, sign: number): number;
  addRows(k: number, n: number, a: number, aStep: number, b: number, bStep: number, y: number): void;
  dots(
    ofHalves: boolean,
    m: number,
    n: number,
    k: number,
    a: number,
    b: number,
    bStep: number,
    y: number,
    yStep: number,
    alpha: number,
    low: number,
    high: number,
  ): void;
  lrn(
    x: number,
    c: number,
    inner: number,
    before: number,
    after: number,
    scale: number,
    bias: number,
    quarters: number,
    y: number,
  ): void;
  lrnGrad(
    x: number,
    dy: number,
    c: number,
    inner: number,
    before: number,
    after: number,
    scale: number,
    bias: number,
    quarters: number,
    factor: number,
    dx: number,
    scratch: number,
  ): void;
  distances(x: number, d: number, n: number, i: number, first: number, count: number, y: number): void;
  forces(
    p: number,
    columns: number,
    y: number,
    n: number,
    from: number,
    to: number,
    span: number,
    parts: number,
    sums: number,
  ): void;
}
