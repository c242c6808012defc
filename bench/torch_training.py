"""Training in PyTorch for the bench, one JSON line a question.

{"batches": [{"pictures", "labels"}], "rate", "momentum", "first": {"conv1", "conv2", "dense"}, "threads"} makes it ready and
tells what the first step changes in the first filters ("result"), {"steps"} goes on from there. Numbers are base64 of
float32. Each answer tells the version and the CPU time of this process so far, ms.

    pip install torch==2.14.1 numpy==2.4.6
"""

import json
import sys
import time

import torch
from torch import nn
from torch_network import from_base64, to_base64


def step():
    """One mini-batch; they follow one another round and round."""
    global done
    pictures, labels = batches[done % len(batches)]
    done += 1
    optimiser.zero_grad()
    loss = nn.functional.cross_entropy(network(pictures), labels)
    loss.backward()
    optimiser.step()
    return loss


for line in sys.stdin:
    question = json.loads(line)
    answer = {"version": torch.__version__}
    if "batches" in question:
        torch.set_num_threads(question["threads"])
        network = nn.Sequential(
            nn.Conv2d(1, 8, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(16 * 7 * 7, 10),
        )
        with torch.no_grad():
            for index, name in ((0, "conv1"), (3, "conv2"), (7, "dense")):
                layer = network[index]
                layer.weight.copy_(from_base64(question["first"][name], layer.weight.shape))
                layer.bias.zero_()
        batches = [
            (from_base64(batch["pictures"], (-1, 1, 28, 28)), torch.tensor(batch["labels"]))
            for batch in question["batches"]
        ]
        optimiser = torch.optim.SGD(network.parameters(), lr=question["rate"], momentum=question["momentum"])
        before = network[0].weight.detach().clone()
        done = 0
        step()
        answer["result"] = to_base64(network[0].weight.detach() - before)
    else:
        for _ in range(question["steps"]):
            loss = step()
        loss.item()
    print(json.dumps({**answer, "cpuMs": 1000 * time.process_time()}), flush=True)
