"""Activation maximisation in PyTorch for the bench, one JSON line a question.

{"model", "image", "shape", "target", "rate", "threads"} makes it ready and tells what the first step changes ("result"),
{"steps"} goes on from there. Images are base64 of float32. Each answer tells the version and the CPU time of this process
so far, ms.

    pip install torch==2.14.1 onnx==1.23.2 numpy==2.4.6
"""

import json
import sys
import time

import torch
from torch_network import Network, from_base64, to_base64


def change():
    """The next step from where the image is."""
    at = image.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(network(at)[0, target], at)
    return rate / gradient.norm() * gradient


for line in sys.stdin:
    question = json.loads(line)
    answer = {"version": torch.__version__}
    if "model" in question:
        torch.set_num_threads(question["threads"])
        network, target, rate = Network(question["model"]), question["target"], question["rate"]
        image = from_base64(question["image"], question["shape"])
        answer["result"] = to_base64(change())
    else:
        for _ in range(question["steps"]):
            image = image + change()
    print(json.dumps({**answer, "cpuMs": 1000 * time.process_time()}), flush=True)
