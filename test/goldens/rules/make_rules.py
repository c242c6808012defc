#!/usr/bin/env python3
"""The table of docs/rules.md once more, in PyTorch hooks: networks and maps for test/methods/rules.test.ts.

    python test/goldens/rules/make_rules.py

Needs torch 2.13 (CPU), onnx, onnxruntime, numpy; writes test/fixtures/goldens/rules/. Each row of the table is a network of two
convolutions, each with the row's function behind it, and a fully connected layer. Its ONNX file is written node by node, so that
"written out" means what it says, and onnxruntime must find the same scores in it as PyTorch does in the module. Everything is
computed in float64 from weights and pictures that are float32, and the maps are stored as float32.

A module says what it is: a Rectifier, a Smooth function or a Normalisation; hooks on modules are all that makes a rule. A function
that is written out is one module here whatever its nodes are, so the two implementations do not share how they find it.

The masks are the same on both sides, because no number comes near to where one flips: a seed is taken only if all inputs of a
function are MARGIN away from its kinks, all signals that are rectified are MARGIN of the largest away from 0 (or exactly 0), and
the two largest numbers under a pooling window are MARGIN apart (or both 0, of which both sides take the first).
"""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from torch import nn

OUT = Path(__file__).parents[2] / "fixtures/goldens/rules"
CHANNELS, SIDE, CLASSES, TARGET = 4, 6, 3, 1
MARGIN = 2e-5
RULES = ["gradient", "guided", "deconvnet"]


class File:
    """An ONNX file in the making."""

    def __init__(self):
        self.nodes, self.constants = [], []

    def add(self, op, *inputs, **attributes):
        output = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, list(inputs), [output], **attributes))
        return output

    def number(self, value, dtype=np.float32):
        return self.constant(np.asarray(value, dtype))

    def constant(self, array):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def weights(self, tensor):
        return self.constant(tensor.detach().numpy().astype(np.float32))


class Layer(nn.Module):
    """A function of a tensor in PyTorch, `forward`, and how a file has it, `write`."""

    def __init__(self, function, write, kinks=()):
        super().__init__()
        self.function, self.write, self.kinks = function, write, kinks

    def forward(self, x):
        return self.function(x)


class Rectifier(Layer):
    """Off where x is not strictly between its kinks."""


class Smooth(Layer):
    """An activation function that is never off."""


class Normalisation(Layer):
    """Contrast normalisation."""


class Conv(nn.Module):
    def __init__(self, inputs, outputs, side, draw):
        super().__init__()
        scale = (2 / (inputs * side * side)) ** 0.5
        self.weight = nn.Parameter(draw(outputs, inputs, side, side) * scale)
        self.bias = nn.Parameter(draw(outputs) * 0.1)
        self.pad = side // 2

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, padding=self.pad)

    def write(self, file, x):
        return file.add("Conv", x, file.weights(self.weight), file.weights(self.bias), pads=[self.pad] * 4)


class Chain(nn.Sequential):
    def write(self, file, x):
        for layer in self:
            x = layer.write(file, x)
        return x


class Scaled(nn.Module):
    """Larger numbers, so that some are above the upper bound of what follows."""

    def forward(self, x):
        return x * 4

    def write(self, file, x):
        return file.add("Mul", x, file.number(4))


class SqueezeExcite(nn.Module):
    """x · sigmoid(w₂ relu(w₁ mean x)): Hu et al. 2018."""

    def __init__(self, draw):
        super().__init__()
        self.gate = Chain(Conv(CHANNELS, 3, 1, draw), relu(), Conv(3, CHANNELS, 1, draw), sigmoid())

    def forward(self, x):
        return x * self.gate(x.mean((2, 3), keepdim=True))

    def write(self, file, x):
        return file.add("Mul", x, self.gate.write(file, file.add("GlobalAveragePool", x)))


class Gated(nn.Module):
    """u · gate(v) of two convolutions: GLU (Dauphin et al. 2017) and SwiGLU (Shazeer 2020)."""

    def __init__(self, gate, draw):
        super().__init__()
        self.u, self.v, self.gate = Conv(CHANNELS, CHANNELS, 1, draw), Conv(CHANNELS, CHANNELS, 1, draw), gate

    def forward(self, x):
        return self.u(x) * self.gate(self.v(x))

    def write(self, file, x):
        return file.add("Mul", self.u.write(file, x), self.gate.write(file, self.v.write(file, x)))


class Attention(nn.Module):
    """x + v·softmax(qᵀk/2)ᵀ over all places: Vaswani et al. 2017, without heads."""

    def __init__(self, draw):
        super().__init__()
        self.q, self.k, self.v = (Conv(CHANNELS, CHANNELS, 1, draw) for _ in range(3))

    def forward(self, x):
        q, k, v = (layer(x).flatten(2) for layer in (self.q, self.k, self.v))
        weights = (q.transpose(1, 2) @ k / 2).softmax(-1)
        return x + (v @ weights.transpose(1, 2)).reshape(x.shape)

    def write(self, file, x):
        rows = file.constant(np.array([1, CHANNELS, -1]))
        q, k, v = (file.add("Reshape", layer.write(file, x), rows) for layer in (self.q, self.k, self.v))
        scores = file.add("Div", file.add("MatMul", file.add("Transpose", q, perm=[0, 2, 1]), k), file.number(2))
        weights = file.add("Softmax", scores, axis=-1)
        mixed = file.add("MatMul", v, file.add("Transpose", weights, perm=[0, 2, 1]))
        shape = file.constant(np.array([1, CHANNELS, SIDE, SIDE]))
        return file.add("Add", x, file.add("Reshape", mixed, shape))


def node(op, **attributes):
    return lambda file, x: file.add(op, x, **attributes)


def relu():
    return Rectifier(torch.relu, node("Relu"), (0,))


def sigmoid():
    return Smooth(torch.sigmoid, node("Sigmoid"))


def write_clip(file, x):
    return file.add("Clip", x, file.number(0), file.number(6))


def write_prelu_by_relus(file, x, slope=0.2):
    below = file.add("Relu", file.add("Neg", x))
    return file.add("Sub", file.add("Relu", x), file.add("Mul", below, file.number(slope)))


def write_gelu(file, x):
    """As PyTorch writes it up to opset 19."""
    erf = file.add("Erf", file.add("Div", x, file.number(2**0.5)))
    return file.add("Mul", file.add("Mul", x, file.add("Add", erf, file.number(1))), file.number(0.5))


def write_gelu_by_tanh(file, x):
    cube = file.add("Mul", file.add("Pow", x, file.number(3)), file.number(0.044715))
    inner = file.add("Mul", file.add("Add", x, cube), file.number((2 / np.pi) ** 0.5))
    share = file.add("Add", file.add("Tanh", inner), file.number(1))
    return file.add("Mul", file.add("Mul", x, file.number(0.5)), share)


def write_swish(beta):
    def write(file, x):
        return file.add("Mul", x, file.add("Sigmoid", x if beta == 1 else file.add("Mul", x, file.number(beta))))

    return write


def write_hard_swish(file, x):
    """As exporters without HardSwish write it: x·ReLU6(x + 3)/6."""
    gate = file.add("Clip", file.add("Add", x, file.number(3)), file.number(0), file.number(6))
    return file.add("Div", file.add("Mul", x, gate), file.number(6))


def write_mish(file, x):
    return file.add("Mul", x, file.add("Tanh", file.add("Softplus", x)))


def leaky(slope):
    return lambda x: F.leaky_relu(x, slope)


def silu():
    return Smooth(F.silu, write_swish(1))


def gelu_by_tanh(x):
    return F.gelu(x, approximate="tanh")


def lrn():
    # The number of neighbours divides alpha in ONNX as in PyTorch.
    write = node("LRN", size=3, alpha=0.5, beta=0.75, bias=1.0)
    return Normalisation(lambda x: F.local_response_norm(x, 3, 0.5, 0.75, 1.0), write)


def max_pool():
    pool = Layer(lambda x: F.max_pool2d(x, 3, 1, 1), node("MaxPool", kernel_shape=[3, 3], strides=[1, 1], pads=[1] * 4))
    pool.windows = True
    return pool


# The rows of docs/rules.md, by what their first column says: what stands behind each convolution.
ROWS = {
    "ReLU": lambda draw: relu(),
    "ReLU as Max(x, 0)": lambda draw: Rectifier(torch.relu, lambda f, x: f.add("Max", x, f.number(0)), (0,)),
    "Clip, ReLU6": lambda draw: Chain(Scaled(), Rectifier(F.relu6, write_clip, (0, 6))),
    "ThresholdedRelu": lambda draw: Rectifier(lambda x: F.threshold(x, 0.5, 0), node("ThresholdedRelu", alpha=0.5), (0.5,)),
    "LeakyRelu": lambda draw: Smooth(leaky(0.1), node("LeakyRelu", alpha=0.1), (0,)),
    "PRelu": lambda draw: Smooth(leaky(0.2), lambda f, x: f.add("PRelu", x, f.number([[[0.2]]])), (0,)),
    "PRelu as Relu(x) − a·Relu(−x)": lambda draw: Smooth(leaky(0.2), write_prelu_by_relus, (0,)),
    "ELU": lambda draw: Smooth(F.elu, node("Elu", alpha=1.0), (0,)),
    "SELU": lambda draw: Smooth(F.selu, node("Selu"), (0,)),
    "CELU": lambda draw: Smooth(lambda x: F.celu(x, 0.7), node("Celu", alpha=0.7), (0,)),
    "GELU": lambda draw: Smooth(F.gelu, node("Gelu", approximate="none")),
    "GELU written out with Erf": lambda draw: Smooth(F.gelu, write_gelu),
    "GELU by tanh": lambda draw: Smooth(gelu_by_tanh, node("Gelu", approximate="tanh")),
    "GELU written out with Tanh": lambda draw: Smooth(gelu_by_tanh, write_gelu_by_tanh),
    "SiLU as x·Sigmoid(x)": lambda draw: silu(),
    "Swish as x·Sigmoid(βx)": lambda draw: Smooth(lambda x: x * torch.sigmoid(1.702 * x), write_swish(1.702)),
    "HardSwish": lambda draw: Chain(Scaled(), Smooth(F.hardswish, node("HardSwish"), (-3, 3))),
    "HardSwish as x·Clip(x + 3)/6": lambda draw: Chain(Scaled(), Smooth(F.hardswish, write_hard_swish, (-3, 3))),
    "Mish": lambda draw: Smooth(F.mish, node("Mish")),
    "Mish written out": lambda draw: Smooth(F.mish, write_mish),
    "Softplus": lambda draw: Smooth(F.softplus, node("Softplus")),
    "Sigmoid": lambda draw: sigmoid(),
    "Tanh": lambda draw: Smooth(torch.tanh, node("Tanh")),
    "HardSigmoid": lambda draw: Chain(
        Scaled(), Smooth(F.hardsigmoid, node("HardSigmoid", alpha=1 / 6, beta=0.5), (-3, 3))
    ),
    "Squeeze-and-excite": lambda draw: Chain(relu(), SqueezeExcite(draw)),
    "GLU": lambda draw: Gated(sigmoid(), draw),
    "SwiGLU": lambda draw: Gated(silu(), draw),
    "Attention": lambda draw: Chain(relu(), Attention(draw)),
    "Max-pool": lambda draw: Chain(relu(), max_pool()),
    "LRN": lambda draw: Chain(relu(), lrn()),
}


class Net(nn.Module):
    def __init__(self, row, seed):
        super().__init__()
        generator = torch.Generator().manual_seed(seed)

        def draw(*shape):
            return torch.randn(shape, generator=generator).double()

        first, second = Conv(3, CHANNELS, 3, draw), Conv(CHANNELS, CHANNELS, 3, draw)
        self.body = Chain(first, row(draw), second, row(draw))
        self.dense = nn.Parameter(draw(CLASSES, CHANNELS * SIDE * SIDE) * 0.2)
        self.picture = draw(1, 3, SIDE, SIDE)

    def forward(self, x):
        return self.body(x).flatten(1) @ self.dense.T

    def write(self):
        file = File()
        flat = file.add("Flatten", self.body.write(file, "x"))
        file.add("Gemm", flat, file.weights(self.dense), transB=1)
        # What nodes of constants are called is of no use to anybody, the scores' name is.
        file.nodes[-1].output[0] = "y"
        graph = helper.make_graph(
            file.nodes,
            "rules",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, SIDE, SIDE])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, CLASSES])],
            file.constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
        onnx.checker.check_model(model, full_check=True)
        return model.SerializeToString()


def distances(net, rule):
    """Hooks for a rule; they also write down how far all that decides is from where it would decide otherwise."""
    found, hooks = [], []

    def rectified(signal):
        size = signal.abs()
        found.append((size[size > 0] / size.max()).min().item() if size.max() > 0 else 1)
        return signal.clamp(min=0)

    def looked_at(module, inputs, _):
        x = inputs[0].detach()
        found.extend((x - kink).abs().min().item() for kink in module.kinks)
        if hasattr(module, "windows"):
            windows = F.unfold(F.pad(x, [1] * 4, value=-9), 3).reshape(CHANNELS, 9, -1)
            first, second = windows.topk(2, 1).values.unbind(1)
            found.append((first - second)[first != 0].min().item())

    for module in net.modules():
        if not isinstance(module, Layer):
            continue
        hooks.append(module.register_forward_hook(looked_at))
        if isinstance(module, Rectifier) and rule == "guided":
            hooks.append(module.register_full_backward_hook(lambda _, dx, __: (rectified(dx[0]),)))
        if isinstance(module, Rectifier) and rule == "deconvnet":
            hooks.append(module.register_full_backward_hook(lambda _, __, dy: (rectified(dy[0]),)))
        if isinstance(module, Smooth) and rule != "gradient":
            hooks.append(module.register_full_backward_pre_hook(lambda _, dy: (rectified(dy[0]),)))
        if isinstance(module, Normalisation) and rule == "deconvnet":
            hooks.append(module.register_full_backward_hook(lambda _, __, dy: (dy[0],)))
    return found, hooks


def map_of(net, rule):
    """The map of a rule, and the least distance from another one."""
    found, hooks = distances(net, rule)
    x = net.picture.clone().requires_grad_()
    net(x)[0, TARGET].backward()
    for hook in hooks:
        hook.remove()
    return x.grad, min(found, default=1)


def make(row):
    """A network whose decisions are none within MARGIN, and its maps by rule."""
    for seed in range(1000):
        net = Net(row, seed)
        for tensor in [*net.parameters(), net.picture]:
            tensor.data = tensor.data.float().double()
        maps, margins = zip(*(map_of(net, rule) for rule in RULES))
        if min(margins) >= MARGIN and all(m.norm() > 0 for m in maps):
            return net, maps, seed, min(margins)
    raise SystemExit("no seed has decisions that are clear")


def slug(title):
    """The name of a row's files."""
    ascii_only = title.replace("β", "b").replace("·", " ").replace("−", "-").lower()
    return "-".join("".join(c if c.isalnum() else " " for c in ascii_only).split())


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    for old in OUT.iterdir():
        old.unlink()
    tensors, rows = [], []
    for title, row in ROWS.items():
        net, maps, seed, margin = make(row)
        file, name = net.write(), slug(title)
        session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
        (scores,) = session.run(None, {"x": net.picture.numpy().astype(np.float32)})
        expected = net(net.picture).detach().numpy()
        error = np.linalg.norm(scores - expected) / np.linalg.norm(expected)
        assert error < 3e-6, (title, error)
        (OUT / f"{name}.onnx").write_bytes(file)
        values = np.concatenate([net.picture.numpy(), *(m.numpy() for m in maps)]).astype("<f4")
        (OUT / f"{name}.bin").write_bytes(values.tobytes())
        tensors.append({"name": title, "file": f"{name}.bin", "shape": list(values.shape), "dtype": "float32"})
        rows.append({"title": title, "file": f"{name}.onnx", "seed": seed, "margin": float(f"{margin:.1e}")})
        print(f"{title:32} seed {seed:3} margin {margin:.1e} scores {error:.1e} {len(file)} bytes")
    manifest = {
        "meaning": "Tensors are [input, gradient, guided, deconvnet] by row of docs/rules.md; made by test/goldens/rules/make_rules.py.",
        "torch": torch.__version__,
        "target": TARGET,
        "rows": rows,
        "tensors": tensors,
    }
    (OUT / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")


main()
