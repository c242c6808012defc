import { exporters as conv } from './conv/exporters.ts';
import type { Exporters, OnnxExporter } from './exporter.ts';
import { exporters as functions } from './functions/exporters.ts';
import { exporters as matmul } from './matmul/exporters.ts';
import { exporters as norm } from './norm/exporters.ts';
import { exporters as pointwise } from './pointwise/exporters.ts';
import { exporters as pool } from './pool/exporters.ts';
import { exporters as reduce } from './reduce/exporters.ts';
import { exporters as shape } from './shape/exporters.ts';

const EXPORTERS: Exporters = { ...conv, ...functions, ...matmul, ...norm, ...pointwise, ...pool, ...reduce, ...shape };

/** How an operation is written as ONNX; undefined for one that is no operator of it, and for rare ones. */
export function exporterOf(type: string): OnnxExporter<object> | undefined {
  return Object.hasOwn(EXPORTERS, type) ? (EXPORTERS[type] as OnnxExporter<object>) : undefined;
}
