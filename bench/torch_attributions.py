"""Attributions of many passes in PyTorch and Captum for the bench, one JSON line a question.

{"model", "image", "shape", "method", "target", "layer", "threads"} makes it ready and tells what it computes ("result"), {"runs"}
computes it so often. Images are base64 of float32. Noise and masks are those of src/methods/attribution. Each answer tells the
versions and the CPU time of this process so far, ms. Batches are of 16 pictures.

    pip install torch==2.14.1 captum==0.9.0 onnx==1.23.2 numpy==2.4.6
"""

import json
import math
import sys
import time
import warnings

import captum
import numpy as np
import torch
from captum.attr import IntegratedGradients, Saliency
from torch.nn import functional
from torch_network import Network, from_base64, to_base64

# Captum warns that it turns gradients on.
warnings.simplefilter("ignore")

SAMPLES, STEPS, MASKS, BATCH = 32, 32, 256, 16
CELLS, SEEN = 7, 0.5


def mix(x):
    x = x.astype(np.uint32)
    x = (x ^ (x >> 16)) * np.uint32(0x7FEB352D)
    x = (x ^ (x >> 15)) * np.uint32(0x846CA68B)
    return x ^ (x >> 16)


def bits(stream, i):
    return mix(mix(i) + mix(np.array([stream ^ 0x9E3779B9])))


def uniform(stream, i):
    return (bits(stream, i) >> 8) * 2.0**-24


def bell(stream, count):
    i = np.arange(count)
    total = np.full(count, -1020.0)
    for drawn in (bits(stream, 2 * i), bits(stream, 2 * i + 1)):
        total += sum(((drawn >> shift) & 255).astype(float) for shift in (0, 8, 16, 24))
    return total / math.sqrt(43690)


def noisy(k):
    return image + torch.from_numpy((25.5 * bell(k, image.numel())).astype("<f4")).reshape(image.shape)


def batches(count):
    return (range(first, min(first + BATCH, count)) for first in range(0, count, BATCH))


def smooth_grad():
    """As Captum's NoiseTunnel does, which draws noise of its own."""
    gradient = Saliency(network)
    total = torch.zeros_like(image[0])
    for batch in batches(SAMPLES):
        total += gradient.attribute(torch.cat([noisy(k) for k in batch]), target=target, abs=False).sum(0)
    return total / SAMPLES


def integrated_gradients():
    return IntegratedGradients(network).attribute(
        image, target=target, n_steps=STEPS, method="gausslegendre", internal_batch_size=BATCH
    )


def enlarging(inputs, outputs):
    """A matrix between cells and pixels; what lies beyond the outermost centres is mirrored about them."""
    at = np.abs((np.arange(outputs) + 0.5) * inputs / outputs - 0.5)
    at = np.where(at > inputs - 1, 2 * (inputs - 1) - at, at)
    low = np.minimum(np.floor(at), inputs - 2).astype(int)
    matrix = np.zeros((outputs, inputs))
    matrix[np.arange(outputs), low] = 1 - (at - low)
    matrix[np.arange(outputs), low + 1] += at - low
    return matrix


def mask(k, height, width):
    *cells, down_by, right_by = uniform(k, np.arange(CELLS**2 + 2))
    grid = (np.array(cells) < SEEN).reshape(CELLS, CELLS)
    down, right = math.ceil(height / CELLS), math.ceil(width / CELLS)
    large = enlarging(CELLS, (CELLS + 1) * down) @ grid @ enlarging(CELLS, (CELLS + 1) * right).T
    top, left = int(down_by * down), int(right_by * right)
    return torch.from_numpy(large[top : top + height, left : left + width].astype("<f4"))


def rise():
    height, width = image.shape[2:]
    total = torch.zeros(height, width)
    with torch.inference_mode():
        for batch in batches(MASKS):
            masks = torch.stack([mask(k, height, width) for k in batch])
            weights = network(image * masks[:, None]).softmax(1)[:, target]
            total += (weights[:, None, None] * masks).sum(0)
    return total / (MASKS * SEEN)


def score_cam():
    with torch.inference_mode():
        maps = network.values(image)[layer]
        masks = functional.interpolate(maps, image.shape[2:], mode="bilinear", align_corners=True)[0]
        least, most = masks.amin((1, 2), keepdim=True), masks.amax((1, 2), keepdim=True)
        masks = (masks - least) / (most - least + 1e-8)
        scores = torch.cat([network(image * masks[list(batch), None])[:, target] for batch in batches(len(masks))])
        return (scores.softmax(0)[:, None, None] * maps[0]).sum(0)


METHODS = {
    "smooth-grad": (smooth_grad, True),
    "integrated-gradients": (integrated_gradients, True),
    "rise": (rise, False),
    "score-cam": (score_cam, False),
}

for line in sys.stdin:
    question = json.loads(line)
    if "model" in question:
        torch.set_num_threads(question["threads"])
        network = Network(question["model"]).eval()
        image = from_base64(question["image"], question["shape"])
        target, layer = question["target"], question.get("layer")
        run, by_captum = METHODS[question["method"]]
        by = f"PyTorch {torch.__version__}"
        answer = {"version": f"Captum {captum.__version__} on {by}" if by_captum else by, "result": to_base64(run())}
    else:
        for _ in range(question["runs"]):
            run()
        answer = {}
    print(json.dumps({**answer, "cpuMs": 1000 * time.process_time()}), flush=True)
