import { incremental } from '../src/graph/incremental/incremental.ts';
import { groupPositions } from '../src/graph/incremental/groups.ts';
import { withInputShapes } from '../src/graph/batch.ts';
import { prune } from '../src/graph/prune.ts';
import { fold } from '../src/graph/fold.ts';
import { importOnnx } from '../src/onnx/import.ts';
import { NETS } from '../test/support/nets.ts';
import { createWebGpuBackend } from '../src/engine/webgpu.ts';
import { Random } from '../test/support/random.ts';
import { float32 } from '../src/tensor/tensor.ts';
import { sizeOf } from '../src/tensor/shape.ts';
const page = globalThis as any;
const [net = 'squeezenet', size = '16', k = '4', n = '8', which='mid'] = page.__args;
const graph = net === 'squeezenet' ? fold(importOnnx(new Uint8Array(await (await fetch('/models/squeezenet1.1.onnx')).arrayBuffer()))) : (NETS as any)[net]();
const input = graph.inputs[0]!;
const starts = Array.from({ length: Math.floor((224 - +size) / 8) + 1 }, (_, i) => i * 8);
const t0 = performance.now();
const groups = groupPositions(graph, input, { rows: starts, cols: starts, size: +size }, +k);
console.log('grouping ms', performance.now() - t0, JSON.stringify(groups.rows));
const backend = await createWebGpuBackend();
const batch = +n;
const sets = groups.rows.map((g) => g.map((i) => starts[i]!));
const pick = sets.toSorted((a, b) => b.length - a.length)[0]!;
const t1 = performance.now();
const inc = incremental(graph, { input, positions: { rows: pick, cols: pick, size: +size }, batch });
console.log('transform ms', performance.now() - t1, 'nodes', inc.graph.nodes.length);
const t2 = performance.now();
const exe = await backend.compile(inc.graph);
console.log('compile ms', performance.now() - t2);
const t3 = performance.now();
const exe2 = await backend.compile(inc.graph);
console.log('compile again ms', performance.now() - t3);
exe2.dispose();
const random = new Random(1);
const feeds = Object.fromEntries(inc.graph.inputs.map((name) => {
  const v = inc.graph.values.get(name)!;
  if (name === inc.places) return [name, inc.placesOf(Array.from({ length: batch }, (_, i) => [i % pick.length, (i * 3) % pick.length] as const))];
  return [name, float32(v.shape, Float32Array.from({ length: sizeOf(v.shape) }, () => random.next()))];
}));
console.log('inputs MB', Object.values(feeds).reduce((s, t: any) => s + t.data.byteLength, 0) / 1e6);
const bg = prune(withInputShapes(graph, { [input]: [batch, 3, 224, 224] }));
const brute = await backend.compile(bg);
const bfeeds = { [input]: random.tensor([batch, 3, 224, 224]) };
const table = new Map<string, any>();
for (const [label, e, f, g] of [['brute', brute, bfeeds, bg], ['inc', exe, feeds, inc.graph]] as any) {
  let best: any[] | undefined;
  for (let r = 0; r < 3; r++) { const p = await e.profile(f); best = best ? best.map((l: any, i: number) => ({ ...l, ms: Math.min(l.ms, p[i].ms) })) : p; }
  const byNode = new Map(g.nodes.map((x: any) => [x.name, x]));
  for (const l of best!) {
    const node: any = byNode.get(l.node);
    const row = table.get(l.node) ?? { op: node?.op ?? '?' };
    row[label] = (row[label] ?? 0) + l.ms / batch; row[label + 'S'] = g.values.get(node.outputs[0])?.shape.slice(1).join('x'); row[label+'F'] = (row[label+'F'] ?? 0) + l.flops / batch;
    table.set(l.node, row);
  }
  console.log(label, 'ms per position', best!.reduce((s, l) => s + l.ms, 0) / batch);
  for (let r = 0; r < 3; r++) { const c = await page.__cpuMs(); const t = performance.now(); await e.run(f); console.log(label, 'wall per pos', (performance.now() - t) / batch, 'core', (await page.__cpuMs() - c) / batch); }
}
const sums: any = {};
for (const [name, r] of table) {
  sums[r.op] ??= { brute: 0, inc: 0 }; sums[r.op].brute += r.brute ?? 0; sums[r.op].inc += r.inc ?? 0;
  if ((r.brute ?? 0) + (r.inc ?? 0) > 0.05) console.log(name.slice(-34).padEnd(35), r.op.padEnd(12), (r.brute?.toFixed(2) ?? '-').padStart(8), (r.inc?.toFixed(2) ?? '-').padStart(8), String(r.bruteS ?? '').padEnd(14), String(r.incS ?? '').padEnd(14), 'GF/s', r.brute ? (r.bruteF / r.brute / 1e6).toFixed(1) : '', r.inc ? (r.incF / r.inc / 1e6).toFixed(1) : '');
}
console.log(JSON.stringify(sums, (_, v) => typeof v === 'number' ? +v.toFixed(2) : v, 1));
page.__exit(0);
