"""Packs ONNX's own node tests for the operators of this project into test/fixtures/onnx-node, and its nine whole networks.

    python -m venv build/onnx && build/onnx/bin/pip install onnx==1.20.1
    build/onnx/bin/python scripts/make-onnx-fixtures.py

Writes index.json (one entry a test: its model, and each data set's inputs and outputs) and data.bin, into which the
entries point. The networks of ONNX's set "light", whose weights the file computes (ConstantOfShape), are in light/, each with its
output for an input of i / n, i from 0 to n. Left out are
- the variants `*_expanded`: the same vectors again, with the operator spelt out in others by ONNX's function body, which
  says nothing new of an operator that runs by itself;
- two tests of Resize and one of LpNormalization whose numbers are not those of the operator's text, nor of onnxruntime and
  PyTorch: see DISPUTED;
- tests on strings, sequences, optional values and numbers of less than 8 bits or in float8, which this project does not
  read: there is no operator in them that others do not test.
"""

import gzip
import json
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper

# What convolutional networks need once their shapes are known, and what this project adds to it.
OPERATORS = set(
    """
    Abs Acos Acosh Add And ArgMax ArgMin Asin Asinh Atan Atanh AveragePool BatchNormalization Cast Ceil Celu
    Clip Compress Concat Constant ConstantOfShape Conv ConvTranspose Cos Cosh CumSum DepthToSpace
    DequantizeLinear Div Dropout Einsum Elu Equal Erf Exp Expand EyeLike Flatten Floor Gather GatherElements
    GatherND Gelu Gemm GlobalAveragePool GlobalLpPool GlobalMaxPool Greater GreaterOrEqual GroupNormalization
    HardSigmoid HardSwish Hardmax Identity If InstanceNormalization IsInf IsNaN LRN LayerNormalization LeakyRelu
    Less LessOrEqual Log LogSoftmax Loop LpNormalization LpPool MatMul Max MaxPool MaxUnpool Mean
    MeanVarianceNormalization Min Mish Mod Mul Neg Not OneHot Or PRelu Pad Pow RMSNormalization Range Reciprocal
    ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum
    ReduceSumSquare Relu Reshape Resize ReverseSequence Round ScatterElements ScatterND Selu Shape Shrink
    Sigmoid Sign Sin Sinh Size Slice Softmax Softplus Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum Swish Tan
    Tanh ThresholdedRelu Tile TopK Transpose Trilu Unsqueeze Upsample Where Xor
    """.split()
)

# ONNX element type -> (element type here, stored as). Long integers are doubles, as the project computes with them.
STORED = {
    TensorProto.FLOAT: ("float32", "<f4"),
    TensorProto.FLOAT16: ("float32", "<f4"),
    TensorProto.BFLOAT16: ("float32", "<f4"),
    TensorProto.DOUBLE: ("float64", "<f8"),
    TensorProto.UINT8: ("uint8", "u1"),
    TensorProto.BOOL: ("bool", "u1"),
    TensorProto.INT8: ("int32", "<i4"),
    TensorProto.INT16: ("int32", "<i4"),
    TensorProto.UINT16: ("int32", "<i4"),
    TensorProto.INT32: ("int32", "<i4"),
    TensorProto.UINT32: ("int64", "<f8"),
    TensorProto.INT64: ("int64", "<f8"),
    TensorProto.UINT64: ("int64", "<f8"),
}
# Tests whose expected output was typed in with so many decimals, and is right to one unit of the last.
DECIMALS = {"test_averagepool_2d_ceil_last_window_starts_on_pad": 4}
# They take the size before it is rounded down, 2.4, for length_resized in `x_resized * (length_original - 1) / (length_resized
# - 1)`; so the last element does not lie on the last one of x, which is what align_corners is for. And the normalised zeros
# of LpNormalization are NaN, where later versions of the text say that they are zeros.
DISPUTED = {
    "test_l2normalization_axis_0",
    "test_resize_downsample_scales_cubic_align_corners",
    "test_resize_downsample_scales_linear_align_corners",
}
HALF = (TensorProto.FLOAT16, TensorProto.BFLOAT16)

DATA = Path(onnx.__file__).parent / "backend/test/data/node"
OUT = Path(__file__).parent.parent / "test/fixtures/onnx-node"


class Pack:
    def __init__(self):
        self.bytes = bytearray()

    def put(self, data):
        """Appends at a multiple of eight, so that any array can be a view. Returns [offset, length]."""
        self.bytes += bytes(-len(self.bytes) % 8)
        start = len(self.bytes)
        self.bytes += data
        return [start, len(data)]

    def tensor(self, path, name):
        """`half`: the numbers have the precision of half floats."""
        proto = TensorProto.FromString(path.read_bytes())
        dtype, stored = STORED[proto.data_type]
        array = numpy_helper.to_array(proto).astype(stored)
        entry = {"name": name, "dtype": dtype, "shape": list(array.shape), "at": self.put(array.tobytes())}
        return {**entry, "half": True} if proto.data_type in HALF else entry


def readable(value):
    return value.type.WhichOneof("value") == "tensor_type" and value.type.tensor_type.elem_type in STORED


def pack_networks():
    """The networks of the set "light", and their outputs as 32-bit floats."""
    folder = OUT / "light"
    folder.mkdir(parents=True, exist_ok=True)
    for file in sorted((DATA.parent / "light").glob("*.onnx")):
        output = onnx.load_tensor(file.with_name(f"{file.stem}_output_0.pb"))
        numbers = numpy_helper.to_array(output).astype("<f4")
        name = file.stem.removeprefix("light_")
        (folder / f"{name}.onnx.gz").write_bytes(gzip.compress(file.read_bytes(), mtime=0))
        (folder / f"{name}.output.gz").write_bytes(gzip.compress(numbers.tobytes(), mtime=0))


def main():
    pack = Pack()
    tests = []
    for folder in sorted(DATA.iterdir()):
        model = onnx.load(folder / "model.onnx")
        graph = model.graph
        ours = {node.op_type for node in graph.node} <= OPERATORS and all(map(readable, [*graph.input, *graph.output]))
        if not ours or "_expanded" in folder.name or folder.name in DISPUTED:
            continue
        sets = []
        for data in sorted(folder.glob("test_data_set_*")):
            files = lambda kind, values: [
                pack.tensor(data / f"{kind}_{i}.pb", value.name) for i, value in enumerate(values)
            ]
            outputs = files("output", graph.output)
            if folder.name in DECIMALS:
                outputs = [{**output, "decimals": DECIMALS[folder.name]} for output in outputs]
            sets.append({"inputs": files("input", graph.input), "outputs": outputs})
        name = folder.name.removeprefix("test_")
        tests.append({"name": name, "model": pack.put((folder / "model.onnx").read_bytes()), "sets": sets})

    OUT.mkdir(parents=True, exist_ok=True)
    index = {"onnx": onnx.__version__, "tests": tests}
    (OUT / "index.json").write_text(json.dumps(index, separators=(",", ":")).replace('{"name"', '\n{"name"') + "\n")
    (OUT / "data.bin").write_bytes(pack.bytes)
    licence = next(file for file in distribution("onnx").files if file.name == "LICENSE")
    (OUT / "LICENSE").write_text(licence.read_text())
    (OUT / "README.md").write_text(
        f"""# ONNX node tests

Models and test vectors of the ONNX project, version {onnx.__version__} (github.com/onnx/onnx, folder
onnx/backend/test/data, node and light), Copyright (c) ONNX Project Contributors, under the Apache License 2.0 (LICENSE). They were
changed: {len(tests)} of the tests, packed into one file by scripts/make-onnx-fixtures.py, integers of 64 bits as doubles
and half floats as floats. `npm run conformance` runs them. The networks of light/ are compressed; test/node/light.test.mjs
runs them.
"""
    )
    pack_networks()
    print(f"{len(tests)} tests, {len(pack.bytes):,} bytes")


main()
