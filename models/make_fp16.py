#!/usr/bin/env python3
"""Halve the download of an ONNX file: store its float32 weights as float16.

    python make_fp16.py squeezenet1.1.onnx squeezenet1.1-fp16.onnx

Each float32 initializer becomes a float16 one named NAME.fp16, followed by a
Cast back to float32 whose output has the old NAME. So the arithmetic stays in
float32, all tensor names stay, and every ONNX runtime can read the file; only
the weights are rounded to 11 significant bits. A weight that float16 cannot
hold (larger than 65504) stops the script.

Needs onnx, onnxruntime, numpy. The committed file was made with onnx 1.20.1,
onnxruntime 1.32.0, numpy 2.4.6; another version writes the same bytes as long
as protobuf's field order does not change.
"""
import argparse
import sys

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper


def to_half(model):
    graph = model.graph
    weights, casts = [], []
    for tensor in graph.initializer:
        if tensor.data_type != TensorProto.FLOAT:
            weights.append(tensor)
            continue
        half = numpy_helper.to_array(tensor).astype(np.float16)
        if not np.isfinite(half).all():
            sys.exit(f"{tensor.name}: does not fit float16")
        weights.append(numpy_helper.from_array(half, tensor.name + ".fp16"))
        casts.append(helper.make_node("Cast", [tensor.name + ".fp16"], [tensor.name], name=tensor.name + ".cast", to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(weights)
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    return model


def run(path):
    """Outputs for a seeded picture-like input (values as after subtracting a mean)."""
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    shape = [n if isinstance(n, int) else 1 for n in session.get_inputs()[0].shape]
    x = (np.random.RandomState(0).rand(*shape) * 255 - 115).astype(np.float32)
    return session.run(None, {session.get_inputs()[0].name: x})[0]


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("source")
    ap.add_argument("target")
    args = ap.parse_args()
    onnx.save(to_half(onnx.load(args.source)), args.target)
    want, got = run(args.source), run(args.target)
    print(f"relative difference of the output: {np.linalg.norm(got - want) / np.linalg.norm(want):.1e}")


if __name__ == "__main__":
    main()
