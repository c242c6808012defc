"""Passes of a network in PyTorch and Captum for the bench, one JSON line a question.

{"model", "image", "shape", "pass", "patch", "threads"} makes it ready and tells what it computes ("result"), {"runs"}
computes it so often. Images are base64 of float32. A pass is "forward", "guided" (Captum's guided backpropagation of the
first class, the forward pass included) or "occlusion" (Captum's, of patches of zeros). Each answer tells the versions and
the CPU time of this process so far, ms.

    pip install torch==2.14.1 captum==0.9.0 onnx==1.23.2 numpy==2.4.6
"""

import json
import sys
import time
import warnings

import captum
import torch
from captum.attr import GuidedBackprop, Occlusion
from torch_network import Network, from_base64, to_base64


# Captum warns at each run that it sets hooks.
warnings.simplefilter("ignore")


def forward():
    with torch.inference_mode():
        return network(image)


def guided():
    return rules.attribute(image, target=0)


def occlusion():
    channels, size, stride = image.shape[1], patch["size"], patch["stride"]
    with torch.inference_mode():
        return Occlusion(network).attribute(
            image,
            target=0,
            sliding_window_shapes=(channels, size, size),
            strides=(channels, stride, stride),
            perturbations_per_eval=patch["batch"],
        )


for line in sys.stdin:
    question = json.loads(line)
    if "model" in question:
        torch.set_num_threads(question["threads"])
        network, patch = Network(question["model"]).eval(), question.get("patch")
        rules = GuidedBackprop(network)
        image = from_base64(question["image"], question["shape"])
        run = {"forward": forward, "guided": guided, "occlusion": occlusion}[question["pass"]]
        by = f"PyTorch {torch.__version__}"
        answer = {"version": by if run is forward else f"Captum {captum.__version__} on {by}", "result": to_base64(run())}
    else:
        for _ in range(question["runs"]):
            run()
        answer = {}
    print(json.dumps({**answer, "cpuMs": 1000 * time.process_time()}), flush=True)
