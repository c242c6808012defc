"""Activation maximisation in PyTorch for the bench, one JSON line a question, on two threads.

{"model", "image", "shape", "target", "rate"} makes it ready and tells what the first step changes ("move"), {"steps"} goes
on from there. Images are base64 of float32. Each answer tells the version and the CPU time of this process so far, ms.

    pip install torch==2.14.1 onnx==1.23.2 numpy==2.4.6
"""

import base64
import json
import sys
import time

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch.nn import functional

torch.set_num_threads(2)


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
    "Relu": lambda x, attributes: functional.relu(x),
    "Concat": lambda *x, attributes: torch.cat(x, attributes["axis"]),
    "GlobalAveragePool": lambda x, attributes: x.mean((2, 3), keepdim=True),
    "Flatten": lambda x, attributes: x.flatten(attributes.get("axis", 1)),
    "Identity": lambda x, attributes: x,
}


class Network:
    """The file that the page reads too."""

    def __init__(self, path):
        graph = onnx.load(path).graph
        self.constants = {each.name: torch.from_numpy(numpy_helper.to_array(each).copy()) for each in graph.initializer}
        self.nodes = [
            (OPERATIONS[node.op_type], node, {each.name: onnx.helper.get_attribute_value(each) for each in node.attribute})
            for node in graph.node
        ]
        self.input = next(each.name for each in graph.input if each.name not in self.constants)
        self.output = graph.output[0].name

    def __call__(self, image):
        values = {**self.constants, self.input: image}
        for operation, node, attributes in self.nodes:
            values[node.output[0]] = operation(*(values[name] for name in node.input), attributes=attributes)
        return values[self.output]


def change():
    """The next step from where the image is."""
    at = image.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(network(at)[0, target], at)
    return rate / gradient.norm() * gradient


for line in sys.stdin:
    question = json.loads(line)
    answer = {"version": torch.__version__}
    if "model" in question:
        network, target, rate = Network(question["model"]), question["target"], question["rate"]
        numbers = np.frombuffer(base64.b64decode(question["image"]), "<f4")
        image = torch.from_numpy(numbers.copy()).reshape(question["shape"])
        move = change()
        answer["move"] = base64.b64encode(move.numpy().astype("<f4").tobytes()).decode()
    else:
        for _ in range(question["steps"]):
            image = image + change()
    print(json.dumps({**answer, "cpuMs": 1000 * time.process_time()}), flush=True)
