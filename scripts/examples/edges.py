#!/usr/bin/env python3
"""Trains a small network whose first filters are large, and keeps what it was on the way.

    python scripts/examples/edges.py build/edges
    node scripts/examples/edges.mjs build/edges

Nobody labels anything: a student of 11×11 pixels learns to say what SqueezeNet 1.1 makes of the same place of a photo at its
layer fire2, each of its 128 channels less its mean and over its deviation. Photos: those of site/corpus but every seventh, which are held out; their
sources are in site/corpus/index.json. A penalty on the squares of the first weights takes away the noise that they start
with, where no edge needs them.

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
PENALTY = 1.0
RATE = 3e-3
BATCH = 1024
EPOCHS = 14
SEED = 1
# Of pixels, before the first layer.
MEAN, SCALE = 127.5, 64.0
# Side of the pictures that the file takes, px.
PICTURE = 128
CHECKPOINTS = [0, 10, 30, 100, 300, 600, 1000, 1500, 2500, 4000]
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


class Student:
    def __init__(self):
        def layer(outputs, inputs, gain):
            weights = torch.randn(outputs, inputs) * math.sqrt(gain / inputs)
            return weights.requires_grad_(), torch.zeros(outputs, requires_grad=True)

        self.layers = [layer(FILTERS, 3 * SIDE * SIDE, 1), layer(HIDDEN, FILTERS, 2), layer(TARGETS, HIDDEN, 1)]

    @property
    def parameters(self):
        return [parameter for layer in self.layers for parameter in layer]

    def __call__(self, pixels):
        first, second, last = self.layers
        x = (pixels.float() - MEAN) / SCALE
        return F.linear(F.relu(F.linear(F.relu(F.linear(x, *first)), *second)), *last)

    def penalty(self):
        """Σ of the squares of a first filter, on average."""
        return (self.layers[0][0] ** 2).sum(1).mean()

    def onnx(self):
        """The same on pictures [n, 3, h, w] of 0 to 255: at every fourth place, and on average over all."""
        arrays = {"mean": np.float32(MEAN), "scale": np.float32(SCALE)}
        nodes = [helper.make_node("Sub", ["image", "mean"], ["centred"], "centred"), helper.make_node("Div", ["centred", "scale"], ["scaled"], "scaled")]
        x = "scaled"
        for i, (name, (weights, bias)) in enumerate(zip(["conv1", "conv2", "features"], self.layers)):
            side = SIDE if i == 0 else 1
            arrays[f"{name}.weight"] = weights.detach().numpy().reshape(len(weights), -1, side, side)
            arrays[f"{name}.bias"] = bias.detach().numpy()
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
    held_inputs, held_targets = inputs[~learned][::9], targets[~learned][::9]
    inputs, targets = inputs[learned], targets[learned]
    epoch = len(inputs) // BATCH
    steps = EPOCHS * epoch
    print(f"{len(inputs)} patches, {steps} steps; {len(held_inputs)} held out")

    student = Student()
    optimiser = torch.optim.Adam(student.parameters, lr=RATE)
    records, curve, recent, began = [], [], [], time.time()
    for step in range(steps + 1):
        if step in CHECKPOINTS or step == steps:
            with torch.no_grad():
                loss = ((student(inputs[::101]) - targets[::101]) ** 2).mean().item()
                held = ((student(held_inputs) - held_targets) ** 2).mean().item()
            onnx.save(student.onnx(), folder / f"{step}.onnx")
            records.append({"step": step, "epoch": step / epoch, "loss": loss, "heldOutLoss": held})
            print(f"step {step}: loss {loss:.3f}, held out {held:.3f}, penalty {student.penalty().item():.4f}, {time.time() - began:.0f} s", flush=True)
        if step == steps:
            break
        if step % epoch == 0:
            order = torch.randperm(len(inputs))
        batch = order[step % epoch * BATCH :][:BATCH]
        for group in optimiser.param_groups:
            group["lr"] = RATE * (1 + math.cos(math.pi * step / steps)) / 2
        loss = ((student(inputs[batch]) - targets[batch]) ** 2).mean()
        optimiser.zero_grad()
        (loss + PENALTY * student.penalty()).backward()
        optimiser.step()
        recent.append(loss.item())
        if len(recent) == 50:
            curve.append([step + 1, sum(recent) / 50])
            recent = []
    (folder / "training.json").write_text(json.dumps({"checkpoints": records, "curves": {"loss": curve}}))


main()
