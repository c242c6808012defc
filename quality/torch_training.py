#!/usr/bin/env python3
"""Train a network as the page did: from the same weights, on the same pictures, in the same order.

    pip install torch==2.13.0 numpy
    python quality/torch_training.py <folder> <folder with *-ubyte.gz>

`npm run quality -- training` calls it. The first folder has settings.json, initial.bin (float32, parameter after parameter) and
order.bin (uint32, the places of the examples). It trains in float32 and in float64, writes final-float32.bin and final-float64.bin
(as float32) there, and prints what they come to on the pictures that were held out.
"""

import gzip
import json
import pathlib
import sys

import numpy as np
import torch
from torch import nn

EVALUATED_AT_ONCE = 500


def read_idx(path):
    data = np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8)
    shape = data[4 : 4 + 4 * data[3]].view(">u4")
    return data[4 + 4 * data[3] :].reshape(shape)


def load(folder, part, count, dtype):
    pictures = read_idx(folder / f"{part}-images-idx3-ubyte.gz")[:count, None]
    labels = read_idx(folder / f"{part}-labels-idx1-ubyte.gz")[:count]
    return torch.tensor(pictures).to(dtype) / 255, torch.tensor(labels).long()


def network(layers, parameters, dtype):
    """The layers of `sequential`, with the parameters in their order."""
    modules = []
    tensors = iter(parameters)
    is_flat = False
    for layer in layers:
        kind = layer["type"]
        if kind == "conv":
            weight, bias = next(tensors), next(tensors)
            filters, channels, side, _ = weight.shape
            module = nn.Conv2d(channels, filters, side, padding=side // 2)
        elif kind == "dense":
            weight, bias = next(tensors), next(tensors)
            if not is_flat:
                modules.append(nn.Flatten())
                is_flat = True
            module = nn.Linear(weight.shape[1], weight.shape[0])
        else:
            modules.append({"relu": nn.ReLU, "maxPool": lambda: nn.MaxPool2d(layer["size"])}[kind]())
            continue
        with torch.no_grad():
            module.weight.copy_(weight)
            module.bias.copy_(bias)
        modules.append(module)
    return nn.Sequential(*modules).to(dtype)


def optimiser_of(model, settings):
    if settings["optimiser"] == "sgd":
        return torch.optim.SGD(model.parameters(), momentum=settings["momentum"])
    return torch.optim.Adam(model.parameters())


def train(settings, parameters, order, data, dtype):
    pictures, labels = load(data, "train", int(order.max()) + 1, dtype)
    model = network(settings["layers"], [tensor.to(dtype) for tensor in parameters], dtype)
    optimiser = optimiser_of(model, settings)
    for rate, places in zip(settings["rates"], order.reshape(-1, settings["batch"]), strict=True):
        for group in optimiser.param_groups:
            group["lr"] = rate
        optimiser.zero_grad()
        nn.functional.cross_entropy(model(pictures[places]), labels[places]).backward()
        optimiser.step()
    return model


def evaluate(model, data, dtype):
    pictures, labels = load(data, "t10k", None, dtype)
    with torch.no_grad():
        scores = torch.cat([model(part) for part in pictures.split(EVALUATED_AT_ONCE)])
    right = (scores.argmax(1) == labels).double().mean().item()
    return {"accuracy": right, "loss": nn.functional.cross_entropy(scores, labels).item()}


def main():
    torch.set_num_threads(1)
    folder, data = map(pathlib.Path, sys.argv[1:])
    settings = json.loads((folder / "settings.json").read_text())
    numbers = torch.tensor(np.fromfile(folder / "initial.bin", np.float32))
    sizes = [int(np.prod(shape)) for shape in settings["shapes"]]
    parameters = [part.reshape(shape) for part, shape in zip(numbers.split(sizes), settings["shapes"])]
    order = torch.tensor(np.fromfile(folder / "order.bin", np.uint32).astype(np.int64))
    results = {"version": torch.__version__}
    for name, dtype in {"float32": torch.float32, "float64": torch.float64}.items():
        model = train(settings, parameters, order, data, dtype)
        final = np.concatenate([parameter.detach().numpy().ravel() for parameter in model.parameters()])
        final.astype(np.float32).tofile(folder / f"final-{name}.bin")
        results[name] = evaluate(model, data, dtype)
    print(json.dumps(results))


main()
