import { checkChoice } from '../check.ts';
import { prune } from '../graph/prune.ts';
import type { Graph } from '../ir/graph.ts';
import { GraphWriter, type GraphWriterOptions } from './graph-writer.ts';

export type OnnxExportOptions = GraphWriterOptions;

/**
 * Writes a graph as an ONNX file of opset 18, which other runtimes run: a network that was trained (`trainer.graph()`), one that was
 * imported, or what `differentiate` made of it. Names of inputs, outputs and nodes stay. Throws UnsupportedOpError with all nodes
 * that operators of ONNX cannot be made to compute.
 */
export function toOnnx(given: Graph, options: OnnxExportOptions = {}): Uint8Array<ArrayBuffer> {
  checkChoice('batch', options.batch ?? 'fixed', ['fixed', 'open']);
  const writer = new GraphWriter(prune(given), options);
  writer.nodes();
  return writer.finish();
}
