"""What export.py and export-keras.py share: files without their weights, and what these are like."""

import gzip
import json
import pathlib

import numpy as np
import onnx
import onnx.numpy_helper

HERE = pathlib.Path(__file__).parent
FILES = HERE.parent.parent / "build" / "zoo"
NETS = HERE / "nets"
# Floats of more numbers than this are weights; smaller ones are kept as they are.
KEPT = 64


def strip(path, name):
    """The file without its weights, and what they are like."""
    model = onnx.load(path)
    weights = {}
    for tensor in model.graph.initializer:
        numbers = onnx.numpy_helper.to_array(tensor)
        if numbers.dtype != np.float32 or numbers.size <= KEPT:
            continue
        weights[tensor.name] = [float(f"{v:.6g}") for v in (numbers.mean(), numbers.std(), numbers.min(), numbers.max())]
        tensor.ClearField("raw_data")
        tensor.ClearField("float_data")
    for node in model.graph.node:
        node.ClearField("doc_string")
        del node.metadata_props[:]
    for value in [*model.graph.value_info, *model.graph.input, *model.graph.output]:
        del value.metadata_props[:]
    del model.graph.metadata_props[:]
    del model.graph.value_info[:]
    NETS.mkdir(exist_ok=True)
    with gzip.GzipFile(NETS / f"{name}.onnx.gz", "wb", mtime=0) as file:
        file.write(model.SerializeToString())
    (NETS / f"{name}.json").write_text(json.dumps(weights, separators=(",", ":")))
