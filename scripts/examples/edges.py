#!/usr/bin/env python3
"""Trains a small network whose first filters are large, and keeps what it was on the way.

    python scripts/examples/edges.py build/edges
    node scripts/examples/edges.mjs build/edges

Nobody labels anything. The network looks at patches of 11×11 pixels, and learns two things at once. From the few first filters
that answer a patch (their sum is penalised), the patch is to be put together again, as in sparse coding (Olshausen & Field 1996,
Nature 381): by a matrix that is thrown away afterwards, and in terms of its principal components, each as important as the
others. And the layers above are to say what SqueezeNet 1.1 makes of the same place at its layer fire2, each of its 128 channels
less its mean and over its deviation.

Photos: those of site/corpus but every seventh, which are held out; their sources are in site/corpus/index.json. They vary most in
what is nearly even, and first filters would become ramps: these are learned in a basis in which what varies most is levelled
(multiplied with (Σ + ε)^−½, where Σ is the covariance of pixels). A penalty on the squares of weights in it takes away the noise
that filters start with, where no edge needs it.

Writes an ONNX file for each checkpoint, and training.json: steps, losses and curves. Numbers depend on the seed alone, on one
machine. Made with torch 2.13.0, numpy 2.4.6, onnx 1.20.1, pillow 13.0.0.
"""
import json
import math
import pathlib
import sys
import time

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

ROOT = pathlib.Path(__file__).parents[2]
SIDE = 11
STRIDE = 4
FILTERS, HIDDEN, TARGETS = 48, 64, 128
COMPONENTS = 50
# Of Σ of the squares of a first filter, on average, and of what all first filters answer together, for each component.
PENALTY, SPARSENESS = 0.1, 3.0
# ε: what varies less than this part of the mean eigenvalue is left as it is.
EVEN = 0.3
RATE = 2e-3
BATCH = 512
STEPS = 6000
SEED = 1
# Of pixels, before the first layer.
MEAN, SCALE = 127.5, 64.0
# Side of the pictures that the file takes, px.
PICTURE = 128
CHECKPOINTS = [0, 10, 30, 100, 200, 400, 700, 1000, 1500, 2500, 4000, STEPS]
HELD_OUT = 7


def teacher():
    """SqueezeNet 1.1 up to fire2: planes B, G, R less their means, [n, 3, h, w] → [n, 128, h/4, w/4]."""
    w = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in onnx.load(ROOT / "models/squeezenet1.1.onnx").graph.initializer}

    def conv(x, name, **options):
        return F.relu(F.conv2d(x, w[f"{name}.weight"], w[f"{name}.bias"], **options))

    def run(x):
        squeezed = conv(F.max_pool2d(conv(x, "conv1", stride=2), 3, 2), "fire2.squeeze")
        return torch.cat([conv(squeezed, "fire2.expand1x1"), conv(squeezed, "fire2.expand3x3", padding=1)], 1)

    return run


def patches():
    """What student and teacher see: patches [n, 3·11·11] (bytes), targets [n, 128], and which photo each is of [n]."""
    run = teacher()
    means = torch.tensor([104.0, 117.0, 123.0]).view(1, 3, 1, 1)
    inputs, targets, photos = [], [], []
    for photo, entry in enumerate(json.loads((ROOT / "site/corpus/index.json").read_text())["images"]):
        pixels = np.asarray(Image.open(ROOT / "site/corpus" / entry["file"]).convert("RGB")).copy()
        picture = torch.from_numpy(pixels).permute(2, 0, 1)
        with torch.no_grad():
            features = run(picture[None].flip(1).float() - means)[0]
        # A place of fire2 looks at 15×15 pixels, place 1 at those from 0 on: the student sees the 11×11 in their middle.
        windows = picture[:, 2:, 2:].unfold(1, SIDE, STRIDE).unfold(2, SIDE, STRIDE)
        rows, columns = (min(a, b - 2) for a, b in zip(windows.shape[1:3], features.shape[1:]))
        inputs.append(windows[:, :rows, :columns].permute(1, 2, 0, 3, 4).reshape(rows * columns, -1))
        targets.append(features[:, 1 : 1 + rows, 1 : 1 + columns].permute(1, 2, 0).reshape(rows * columns, -1))
        photos.append(torch.full((rows * columns,), photo))
    return torch.cat(inputs), torch.cat(targets), torch.cat(photos)


def bases(pixels):
    """What patches are multiplied with: (Σ + ε)^−½ [3·11·11, 3·11·11], and what makes principal components [3·11·11, n] of the result."""
    values, vectors = torch.linalg.eigh(torch.cov(pixels.T))
    deviations = (values + EVEN * values.mean()).sqrt()
    levelling = (vectors / deviations) @ vectors.T
    components = vectors[:, -COMPONENTS:] * (deviations / values.sqrt())[-COMPONENTS:]
    return levelling, components


def scaled(inputs):
    return (inputs.float() - MEAN) / SCALE


class Student:
    """Takes patches [n, 3·11·11] less their mean, in the basis of `levelling`."""

    def __init__(self, mean, levelling, components):
        def layer(outputs, inputs, gain):
            weights = torch.randn(outputs, inputs) * math.sqrt(gain / inputs)
            return weights.requires_grad_(), torch.zeros(outputs, requires_grad=True)

        self.mean, self.levelling, self.components = mean, levelling, components
        self.decoder = layer(COMPONENTS, FILTERS, 1)
        self.layers = [layer(FILTERS, 3 * SIDE * SIDE, 1), layer(HIDDEN, FILTERS, 2), layer(TARGETS, HIDDEN, 1)]

    @property
    def parameters(self):
        return [parameter for layer in [*self.layers, self.decoder] for parameter in layer]

    def __call__(self, x):
        """What the first filters answer, and what the last layer says."""
        first, second, last = self.layers
        answers = F.relu(F.linear(x, *first))
        return answers, F.linear(F.relu(F.linear(answers, *second)), *last)

    def losses(self, x, targets):
        """Of the last layer, and of all that the first filters are to be."""
        answers, said = self(x)
        weights, bias = self.decoder
        # Of unit length: or answers would become small instead of few.
        rebuilt = F.linear(answers, F.normalize(weights, dim=0), bias)
        sparse = F.mse_loss(rebuilt, x @ self.components) + SPARSENESS * answers.sum(1).mean() / COMPONENTS
        return F.mse_loss(said, targets), sparse + PENALTY * (self.layers[0][0] ** 2).sum(1).mean()

    def onnx(self):
        """The same on pictures [n, 3, h, w] of 0 to 255: at every fourth place, and on average over all."""
        arrays = {"mean": np.float32(MEAN), "scale": np.float32(SCALE)}
        nodes = [helper.make_node("Sub", ["image", "mean"], ["centred"], "centred"), helper.make_node("Div", ["centred", "scale"], ["scaled"], "scaled")]
        x = "scaled"
        for i, (name, (weights, bias)) in enumerate(zip(["conv1", "conv2", "features"], self.layers)):
            side = SIDE if i == 0 else 1
            weights, bias = weights.detach(), bias.detach()
            if i == 0:
                weights = weights @ self.levelling
                bias = bias - weights @ self.mean
            arrays[f"{name}.weight"] = weights.numpy().reshape(len(weights), -1, side, side)
            arrays[f"{name}.bias"] = bias.numpy()
            stride = STRIDE if i == 0 else 1
            nodes.append(helper.make_node("Conv", [x, f"{name}.weight", f"{name}.bias"], [name], name, kernel_shape=[side, side], strides=[stride, stride]))
            x = name
            if i < 2:
                x = f"relu{i + 1}"
                nodes.append(helper.make_node("Relu", [name], [x], x))
        nodes += [helper.make_node("GlobalAveragePool", [x], ["means"], "means"), helper.make_node("Flatten", ["means"], ["output"], "output")]
        graph = helper.make_graph(
            nodes,
            "edges",
            [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 3, PICTURE, PICTURE])],
            [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["n", TARGETS])],
            [numpy_helper.from_array(array, name) for name, array in arrays.items()],
        )
        model = helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)])
        onnx.checker.check_model(model)
        return model


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    inputs, targets, photos = patches()
    learned = photos % HELD_OUT != 0
    deviation, mean = torch.std_mean(targets[learned], 0)
    targets = (targets - mean) / (deviation + 1e-3)
    sample = scaled(inputs[learned][::8])
    middle = sample.mean(0)
    levelling, components = bases(sample)
    levelled = torch.cat([((scaled(part) - middle) @ levelling).half() for part in inputs.split(8192)])
    held = levelled[~learned][::9].float(), targets[~learned][::9]
    inputs, targets = levelled[learned], targets[learned]
    seen = inputs[::101].float(), targets[::101]
    epoch = len(inputs) // BATCH
    print(f"{len(inputs)} patches, {STEPS} steps; {len(held[0])} held out")

    student = Student(middle, levelling, components)
    optimiser = torch.optim.Adam(student.parameters, lr=RATE)
    records, curve, recent, began = [], [], [], time.time()
    for step in range(STEPS + 1):
        if step in CHECKPOINTS:
            with torch.no_grad():
                loss, held_out = (student.losses(*examples)[0].item() for examples in (seen, held))
            onnx.save(student.onnx(), folder / f"{step}.onnx")
            records.append({"step": step, "epoch": round(step / epoch, 3), "loss": round(loss, 4), "heldOutLoss": round(held_out, 4)})
            print(f"step {step}: loss {loss:.3f}, held out {held_out:.3f}, {time.time() - began:.0f} s", flush=True)
        if step == STEPS:
            break
        if step % epoch == 0:
            order = torch.randperm(len(inputs))
        batch = order[step % epoch * BATCH :][:BATCH]
        for group in optimiser.param_groups:
            group["lr"] = RATE * (1 + math.cos(math.pi * step / STEPS)) / 2
        loss, own = student.losses(inputs[batch].float(), targets[batch])
        optimiser.zero_grad()
        (loss + own).backward()
        optimiser.step()
        recent.append(loss.item())
        if len(recent) == 50:
            curve.append([step + 1, round(sum(recent) / 50, 4)])
            recent = []
    about = {
        "title": "Large first filters learn from patches of photos",
        "data": "Patches of photos in the public domain or under Creative Commons licences; models/LICENSES.md says where their sources are",
        "preprocessing": {"channels": "RGB", "height": PICTURE, "width": PICTURE, "mean": [0, 0, 0], "std": [1, 1, 1], "resize": PICTURE},
    }
    (folder / "training.json").write_text(json.dumps({"checkpoints": records, "curves": {"loss": curve}, **about}))


main()
