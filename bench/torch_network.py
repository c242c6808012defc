"""A network of an ONNX file in PyTorch, for the bench; and the way of its numbers through a line of JSON."""

import base64

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch.nn import functional


def pads(attributes):
    top, left, bottom, right = attributes.get("pads", [0, 0, 0, 0])
    if (top, left) != (bottom, right):
        raise ValueError("uneven padding")
    return top, left


def convolution(x, weight, bias=None, *, attributes):
    return functional.conv2d(x, weight, bias, attributes.get("strides", 1), pads(attributes), attributes.get("dilations", 1), attributes.get("group", 1))


def max_pool(x, *, attributes):
    ceil = bool(attributes.get("ceil_mode", 0))
    return functional.max_pool2d(x, attributes["kernel_shape"], attributes["strides"], pads(attributes), ceil_mode=ceil)


OPERATIONS = {
    "Conv": convolution,
    "MaxPool": max_pool,
    "Concat": lambda *x, attributes: torch.cat(x, attributes["axis"]),
    "GlobalAveragePool": lambda x, attributes: x.mean((2, 3), keepdim=True),
    "Flatten": lambda x, attributes: x.flatten(attributes.get("axis", 1)),
    "Identity": lambda x, attributes: x,
}


class Network(torch.nn.Module):
    """The file that the page reads too. Its ReLUs are modules, which Captum replaces."""

    def __init__(self, path):
        super().__init__()
        graph = onnx.load(path).graph
        self.constants = {each.name: torch.from_numpy(numpy_helper.to_array(each).copy()) for each in graph.initializer}
        self.relus = torch.nn.ModuleList()
        self.nodes = [
            (self.operation(node.op_type), node, {each.name: onnx.helper.get_attribute_value(each) for each in node.attribute})
            for node in graph.node
        ]
        self.input = next(each.name for each in graph.input if each.name not in self.constants)
        self.output = graph.output[0].name

    def operation(self, kind):
        if kind != "Relu":
            return OPERATIONS[kind]
        relu = torch.nn.ReLU()
        self.relus.append(relu)
        return lambda x, attributes: relu(x)

    def forward(self, image):
        return self.values(image)[self.output]

    def values(self, image):
        """All tensors by name."""
        values = {**self.constants, self.input: image}
        for operation, node, attributes in self.nodes:
            values[node.output[0]] = operation(*(values[name] for name in node.input), attributes=attributes)
        return values


def from_base64(text, shape):
    return torch.from_numpy(np.frombuffer(base64.b64decode(text), "<f4").copy()).reshape(shape)


def to_base64(numbers):
    return base64.b64encode(numbers.detach().numpy().astype("<f4").tobytes()).decode()
