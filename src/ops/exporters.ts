import { exporters as conv } from './conv/exporters.ts';
import type { Exporters, OnnxExporter } from './exporter.ts';
import { exporters as functions } from './functions/exporters.ts';
import { exporters as matmul } from './matmul/exporters.ts';
import { exporters as norm } from './norm/exporters.ts';
import { exporters as paint } from './paint/exporters.ts';
import { exporters as pointwise } from './pointwise/exporters.ts';
import { exporters as pool } from './pool/exporters.ts';
import { exporters as reduce } from './reduce/exporters.ts';
import { exporters as resample } from './resample/exporters.ts';
import { exporters as shape } from './shape/exporters.ts';
import { exporters as topk } from './topk/exporters.ts';
import { exporters as training } from './training/exporters.ts';

const EXPORTERS: Exporters = {
  ...conv,
  ...functions,
  ...matmul,
  ...norm,
  ...paint,
  ...pointwise,
  ...pool,
  ...reduce,
  ...resample,
  ...shape,
  ...topk,
  ...training,
};

/** How an operation is written as ONNX; undefined of those that test/onnx/operators.test.ts gives the reasons for. */
export function exporterOf(type: string): OnnxExporter<object> | undefined {
  return Object.hasOwn(EXPORTERS, type) ? (EXPORTERS[type] as OnnxExporter<object>) : undefined;
}
