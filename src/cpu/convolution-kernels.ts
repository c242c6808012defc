/**
 * What convolutions and their gradients are made of: kernels/convolution.ts, pack.ts, border.ts, depthwise.ts and gradients.ts
 * say what
 * each does. Addresses and steps are bytes, sizes elements. plain.ts has the same without WebAssembly.
 */
export interface ConvolutionKernels {
  rowsOf(left: number): number;
  product(
    m: number,
    n: number,
    k: number,
    kFrom: number,
    kAll: number,
    a: number,
    b: number,
    bStep: number,
    panelStep: number,
    y: number,
    yStep: number,
    bias: number,
    adds: boolean,
    low: number,
    high: number,
    scratch: number,
  ): void;
  packPixels(
    x: number,
    offsets: number,
    k: number,
    p: number,
    count: number,
    width: number,
    rowStep: number,
    panels: number,
  ): void;
  border(
    x: number,
    planes: number,
    h: number,
    w: number,
    y: number,
    tall: number,
    wide: number,
    top: number,
    left: number,
    strideH: number,
    strideW: number,
    phasesH: number,
    phasesW: number,
  ): number;
  finish(
    y: number,
    rows: number,
    columns: number,
    step: number,
    operand: number,
    masks: boolean,
    above: number,
    below: number,
    low: number,
    high: number,
  ): void;
  depthwise(
    x: number,
    channels: number,
    filters: number,
    h: number,
    w: number,
    tall: number,
    wide: number,
    top: number,
    left: number,
    strideH: number,
    strideW: number,
    phasesH: number,
    phasesW: number,
    spreads: boolean,
    offsets: number,
    taps: number,
    weights: number,
    bias: number,
    y: number,
    p: number,
    q: number,
    low: number,
    high: number,
    plane: number,
    sums: number,
  ): void;
  scatter(
    products: number,
    step: number,
    channels: number,
    kernelH: number,
    kernelW: number,
    row: number,
    rows: number,
    q: number,
    strideH: number,
    strideW: number,
    dilationH: number,
    dilationW: number,
    top: number,
    left: number,
    y: number,
    h: number,
    w: number,
  ): void;
  packBlocks(
    from: number,
    groups: number,
    groupStep: number,
    rows: number,
    rowStep: number,
    height: number,
    channels: number,
    channelStep: number,
    tall: number,
    tallStep: number,
    wide: number,
    wideStep: number,
    factor: number,
    to: number,
  ): void;
  packTaps(
    x: number,
    offsets: number,
    taps: number,
    p: number,
    count: number,
    width: number,
    rowStep: number,
    panels: number,
    panelStep: number,
  ): void;
}

/** kernels/winograd.ts. */
export interface WinogradKernels {
  winogradForward(
    x: number,
    channels: number,
    tall: number,
    wide: number,
    across: number,
    first: number,
    count: number,
    y: number,
    step: number,
  ): void;
  winogradBack(
    m: number,
    step: number,
    rowStep: number,
    filters: number,
    across: number,
    first: number,
    count: number,
    bias: number,
    y: number,
    p: number,
    q: number,
    low: number,
    high: number,
  ): void;
  packTransformed(
    from: number,
    groups: number,
    groupStep: number,
    rows: number,
    rowStep: number,
    channels: number,
    channelStep: number,
    tallStep: number,
    wideStep: number,
    to: number,
  ): void;
  winogradFilters(u: number, step: number, channels: number, rows: number, filters: number): void;
}
