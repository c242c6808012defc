"""Exports networks of Keras to ONNX by tf2onnx, and what npm run zoo needs of them, as export.py does for those of PyTorch.

    python3 test/zoo/export-keras.py                   # all that are not there yet, to build/zoo and test/zoo/nets
    python3 test/zoo/export-keras.py keras-mobilenet   # these, anew

Needs tensorflow-cpu, keras, tf2onnx and onnx (requirements-keras.txt). The files are what tf2onnx writes: inputs with the
channels last, batches without a size, names with slashes and colons, and what a network does to its pictures within the graph.
"""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras  # noqa: E402
import numpy as np  # noqa: E402
import onnx  # noqa: E402
import tensorflow as tf  # noqa: E402
import tf2onnx  # noqa: E402
from keras import layers  # noqa: E402
from strip import FILES, NETS, strip  # noqa: E402

SEED = 7
OPSET = 17
# Channel means of ImageNet in 8-bit steps, blue first.
CAFFE = np.array([103.939, 116.779, 123.68], np.float32)


def tail(x):
    """What makes a small network of a prepared picture."""
    x = layers.Conv2D(8, 3, strides=2, padding="same", name="conv")(x)
    x = layers.BatchNormalization(name="norm")(x)
    x = layers.ReLU(6.0, name="active")(x)
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    return layers.Dense(5, activation="softmax", name="scores")(x)


def mobilenet():
    return keras.applications.MobileNet((96, 96, 3), alpha=0.25, weights=None, classes=10)


def mobilenetv2():
    return keras.applications.MobileNetV2((96, 96, 3), alpha=0.35, weights=None, classes=10)


def efficientnet():
    return keras.applications.EfficientNetB0(input_shape=(96, 96, 3), weights=None, classes=10)


def features():
    """Without a head: maps, channels last."""
    return keras.applications.MobileNetV2((96, 96, 3), alpha=0.35, weights=None, include_top=False)


def functional():
    """Branches that are joined again, and layers that are moved between picture and map."""
    image = keras.Input((64, 64, 3), name="image")
    x = layers.Rescaling(1 / 127.5, offset=-1, name="scale")(image)
    x = layers.ZeroPadding2D(1, name="pad")(x)
    x = layers.Conv2D(8, 3, strides=2, activation="relu", name="stem_conv")(x)
    a = layers.Conv2D(8, 1, activation="relu", name="branch_a")(x)
    b = layers.SeparableConv2D(8, 3, padding="same", activation="swish", name="branch_b")(x)
    x = layers.Concatenate(name="join")([a, b])
    x = layers.MaxPooling2D(3, strides=2, padding="same", name="pool")(x)
    gate = layers.GlobalAveragePooling2D(keepdims=True, name="squeeze")(x)
    gate = layers.Dense(16, activation="sigmoid", name="excite")(gate)
    x = layers.Multiply(name="gate")([x, gate])
    x = layers.UpSampling2D(2, interpolation="bilinear", name="up")(x)
    x = layers.LayerNormalization(name="layer_norm")(x)
    x = layers.AveragePooling2D(2, name="down")(x)
    x = layers.Conv2DTranspose(8, 3, strides=2, padding="same", activation="elu", name="back")(x)
    x = layers.Flatten(name="flat")(layers.MaxPooling2D(4, name="small")(x))
    return keras.Model(image, layers.Dense(5, activation="softmax", name="scores")(x), name="net")


def cast(dtype):
    """Of an input of some type that is cast and scaled inside."""

    def make():
        image = keras.Input((64, 64, 3), dtype=dtype, name="image")
        x = layers.Rescaling(1 / 255, name="scale")(image)
        x = layers.Normalization(mean=[0.485, 0.456, 0.406], variance=[0.0524, 0.0502, 0.0506], name="standard")(x)
        return keras.Model(image, tail(x))

    return make


class Flip(layers.Layer):
    """Blue first."""

    def call(self, x):
        return x[..., ::-1]


class Less(layers.Layer):
    def call(self, x):
        return x - CAFFE


def caffe():
    image = keras.Input((64, 64, 3), name="image")
    return keras.Model(image, tail(Less()(Flip()(image))))


def blue_first():
    """What is subtracted says that blue comes first."""
    image = keras.Input((64, 64, 3), name="image")
    return keras.Model(image, tail(Less()(image)))


def any_size():
    """A picture of any size is resized, after what only training does."""
    image = keras.Input((None, None, 3), name="image")
    x = layers.RandomFlip("horizontal", name="flip")(image)
    x = layers.RandomContrast(0.1, name="contrast")(x)
    x = layers.Resizing(64, 64, name="resize")(x)
    x = layers.Rescaling(1 / 127.5, offset=-1, name="scale")(x)
    return keras.Model(image, tail(x))


def digits():
    """Grey pictures without an axis of channels."""
    image = keras.Input((28, 28), name="image")
    x = layers.Rescaling(1 / 255, name="scale")(layers.Reshape((28, 28, 1), name="grey")(image))
    return keras.Model(image, tail(x))


NETWORKS = {
    "keras-mobilenet": mobilenet,
    "keras-mobilenetv2": mobilenetv2,
    "keras-efficientnet": efficientnet,
    "keras-features": features,
    "keras-functional": functional,
    "keras-uint8": cast("uint8"),
    "keras-int32": cast("int32"),
    "keras-float16": cast("float16"),
    "keras-double": cast("float64"),
    "keras-caffe": caffe,
    "keras-blue-first": blue_first,
    "keras-any-size": any_size,
    "keras-digits": digits,
}


# Keras 3 lets layers have neither slashes nor colons in their names; before, it did, and graphs were calls of calls.
OLDER_NAMES = {"net_1/": "StatefulPartitionedCall/net/", "stem_conv_1": "stem:conv/3x3", "branch_b_1": "branch:b"}


def rename(path):
    """Gives nodes and tensors names as older versions of Keras wrote them."""
    model = onnx.load(path)

    def older(name):
        for new, old in OLDER_NAMES.items():
            name = name.replace(new, old)
        return name

    for node in model.graph.node:
        node.name = older(node.name)
        node.input[:] = [older(name) for name in node.input]
        node.output[:] = [older(name) for name in node.output]
    for tensor in model.graph.initializer:
        tensor.name = older(tensor.name)
    onnx.save(model, path)


def settle(net):
    """Statistics of batch normalisations: those of one pass over noise."""
    rng = np.random.default_rng(SEED)
    shape = [4, *(size or 96 for size in net.input_shape[1:])]
    noise = rng.uniform(0, 255 if net.count_params() < 50_000 else 1, shape)
    for layer in net.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = 0.0
    net(noise.astype(net.inputs[0].dtype), training=True)
    return net


def main():
    FILES.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or NETWORKS:
        if not sys.argv[1:] and (NETS / f"{name}.json").exists():
            continue
        keras.utils.clear_session()
        keras.utils.set_random_seed(SEED)
        net = settle(NETWORKS[name]())
        path = FILES / f"{name}.onnx"
        signature = [tf.TensorSpec(tensor.shape, tensor.dtype, name="image") for tensor in net.inputs]

        @tf.function(input_signature=signature)
        def run(image):
            return net(image, training=False)

        tf2onnx.convert.from_function(run, input_signature=signature, opset=OPSET, output_path=str(path))
        if name == "keras-functional":
            rename(path)
        strip(path, name)
        print(f"{name}: {path.stat().st_size / 1e6:.2f} MB", flush=True)


if __name__ == "__main__":
    main()
