// AssemblyScript. Parts of maps with a window over them. Addresses are bytes, sizes and places elements.

/** Numbers one after the other, bit by bit; the last vector may copy some for the second time. */
@inline
function copyRun(from: usize, to: usize, count: i32): void {
  if (count < 4) {
    for (; count > 0; count--) {
      store<i32>(to, load<i32>(from));
      from += 4;
      to += 4;
    }
    return;
  }
  const rest = <usize>(count - 4) << 2;
  const end = from + rest;
  const last = to + rest;
  while (from < end) {
    v128.store(to, v128.load(from));
    from += 16;
    to += 16;
  }
  v128.store(last, v128.load(end));
}

function fillRun(to: usize, count: i32, fill: f32): void {
  for (; count > 0; count--) {
    store<f32>(to, fill);
    to += 4;
  }
}

/**
 * Parts [p][q] of some planes of a map [planes][h][w], from row `top` and column `left` on; `fill` stands beyond its border.
 * Where the windows [planes][r][s] lie, from `windowTop` and `windowLeft` of the part on, the numbers are theirs.
 */
export function readWindow(
  map: usize,
  planes: i32,
  h: i32,
  w: i32,
  window: usize,
  r: i32,
  s: i32,
  y: usize,
  p: i32,
  q: i32,
  top: i32,
  left: i32,
  windowTop: i32,
  windowLeft: i32,
  fill: f32,
): void {
  const low = min(max(0, -left), q);
  const high = max(low, min(q, w - left));
  const start = max(low, windowLeft);
  const stop = min(high, windowLeft + s);
  const row = <usize>q << 2;
  for (let plane = 0; plane < planes; plane++) {
    for (let i = 0; i < p; i++) {
      if (top + i < 0 || top + i >= h) fillRun(y, q, fill);
      else {
        const inWindow = start < stop && i >= windowTop && i < windowTop + r;
        fillRun(y, low, fill);
        // A row that the window covers is not read from the map.
        if (!inWindow || start > low || stop < high) {
          const from = map + (<usize>((top + i) * w + left + low) << 2);
          copyRun(from, y + (<usize>low << 2), high - low);
        }
        if (inWindow) {
          const from = window + (<usize>((i - windowTop) * s + start - windowLeft) << 2);
          copyRun(from, y + (<usize>start << 2), stop - start);
        }
        fillRun(y + (<usize>high << 2), q - high, fill);
      }
      y += row;
    }
    map += <usize>(h * w) << 2;
    window += <usize>(r * s) << 2;
  }
}
