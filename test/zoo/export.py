"""Exports the architectures of architectures.txt to ONNX, and what npm run zoo needs of them.

    python3 test/zoo/export.py                 # all that are not there yet, to build/zoo and test/zoo/nets
    python3 test/zoo/export.py timm:dla34      # these, anew

Those of ONNX's set "light" come with the package onnx, without weights.

Needs torch, torchvision, timm, onnx and onnxscript (requirements.txt). Every architecture gets seeded random weights and,
for its batch normalisations, the statistics of one pass over noise. All are exported by the TorchScript exporter, every third
by torch.export too. `build/zoo/<name>.onnx` is the file; `nets/<name>.onnx.gz` is the same without its weights, of which
`nets/<name>.json` keeps the mean, the deviation and the bounds, so that others with these can be drawn anywhere.
"""

import pathlib
import sys
import traceback
import warnings

import numpy as np
import onnx
import onnx.numpy_helper
import torch

warnings.filterwarnings("ignore")
# A torchvision that was built for another torch has no operators of its own, but speaks of them; no network here needs them.
stub = torch.library.Library("torchvision", "FRAGMENT")
for operator in ["nms", "qnms", "roi_align", "_roi_align_backward", "roi_pool", "_roi_pool_backward", "ps_roi_align",
                 "_ps_roi_align_backward", "ps_roi_pool", "_ps_roi_pool_backward", "deform_conv2d", "_deform_conv2d_backward"]:
    try:
        stub.define(f"{operator}(Tensor x) -> Tensor")
    except RuntimeError:
        pass
import timm  # noqa: E402
import torchvision  # noqa: E402
from strip import FILES, HERE, NETS, strip  # noqa: E402

SEED = 7
# Pixels, where 96 are too few.
SIZES = {
    "tv:alexnet": 224,
    "tv:vgg11_bn": 224,
    "tv:vgg16": 224,
    "tv:inception_v3": 128,
    "tv:resnet152": 224,
    "tv:convnext_base": 224,
    "tv:efficientnet_b7": 600,
    "timm:levit_128s": 224,
    "timm:vit_tiny_patch16_224": 224,
    "timm:hardcorenas_a": 96,
    "timm:mobilevit_xxs": 128,
    "timm:efficientvit_b0": 128,
    "timm:edgenext_xx_small": 128,
    "timm:fastvit_t8": 128,
    "timm:inception_next_atto": 128,
}
OPTIONS = {
    "tv:googlenet": {"init_weights": False, "aux_logits": False},
    "tv:inception_v3": {"init_weights": False, "aux_logits": False},
    "tv:fcn_resnet50": {"weights_backbone": None},
    "tv:deeplabv3_mobilenet_v3_large": {"weights_backbone": None},
}


class Only(torch.nn.Module):
    """The first of the outputs: segmentation networks give a dictionary."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x):
        out = self.net(x)
        if isinstance(out, dict):
            return out["out"]
        return out[0] if isinstance(out, (tuple, list)) else out


def make(name):
    source, architecture = name.split(":")
    torch.manual_seed(SEED)
    options = OPTIONS.get(name, {})
    if source == "tv":
        namespace = torchvision.models.segmentation if "backbone" in str(options) else torchvision.models
        net = getattr(namespace, architecture)(weights=None, **options)
    else:
        net = timm.create_model(architecture, pretrained=False)
    return Only(net)


def settle(net, size):
    """Statistics of batch normalisations: those of one pass over noise."""
    norms = [m for m in net.modules() if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)]
    for norm in norms:
        norm.momentum = None
        norm.reset_running_stats()
    net.train()
    for module in net.modules():
        if isinstance(module, torch.nn.Dropout) or "drop" in type(module).__name__.lower():
            module.eval()
    if norms:
        with torch.no_grad():
            net(torch.randn(4, 3, size, size))
    return net.eval()


def export(net, x, path, modern):
    if modern:
        torch.onnx.export(net, (x,), str(path), dynamo=True, external_data=False, verbose=False)
    else:
        torch.onnx.export(
            net, (x,), str(path), dynamo=False, opset_version=17, input_names=["input"], output_names=["output"]
        )


def light(architecture):
    """A whole network of ONNX's own, whose weights are nodes that fill them with one number: as initializers."""
    folder = pathlib.Path(onnx.__file__).parent / "backend/test/data/light"
    model = onnx.load(folder / f"light_{architecture}.onnx")
    graph = model.graph
    values = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    filled = {node.output[0]: values[node.input[0]] for node in graph.node if node.op_type == "ConstantOfShape"}
    ones = {name for node in graph.node if node.op_type == "BatchNormalization" for name in [node.input[1], node.input[4]]}
    ones |= {
        before.input[0]
        for node in graph.node if node.op_type == "Mul"
        for before in graph.node if before.op_type == "Unsqueeze" and before.output[0] in node.input
    }
    random = np.random.default_rng(SEED)
    for name, shape in filled.items():
        fan_in = np.prod(shape[1:])
        deviation = np.sqrt(2 / fan_in) if len(shape) > 1 else 0.03
        numbers = random.normal(float(name in ones), deviation, shape).astype(np.float32)
        graph.initializer.append(onnx.numpy_helper.from_array(numbers, name))
    kept = [node for node in graph.node if node.op_type != "ConstantOfShape"]
    del graph.node[:]
    graph.node.extend(kept)
    return model


def main():
    lines = (HERE / "architectures.txt").read_text().splitlines()
    names = [line for line in lines if line and not line.startswith("#")]
    wanted = sys.argv[1:] or names
    FILES.mkdir(parents=True, exist_ok=True)
    for name in wanted:
        source, architecture = name.split(":")
        is_light = source == "light"
        for modern in [False, True] if names.index(name) % 3 == 2 and not is_light else [False]:
            short = ("light_" if is_light else "") + architecture + ("-dynamo" if modern else "")
            path = FILES / f"{short}.onnx"
            if not sys.argv[1:] and (NETS / f"{short}.json").exists():
                continue
            try:
                if is_light:
                    onnx.save(light(architecture), path)
                else:
                    size = SIZES.get(name, 96)
                    net = settle(make(name), size)
                    torch.manual_seed(SEED)
                    export(net, torch.randn(1, 3, size, size), path, modern)
                strip(path, short)
                print(f"{short}: {path.stat().st_size / 1e6:.1f} MB", flush=True)
            except Exception as error:
                print(f"{short}: FAILED {type(error).__name__}: {error}"[:300], flush=True)
                if "--trace" in sys.argv:
                    traceback.print_exc()


if __name__ == "__main__":
    main()
