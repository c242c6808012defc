"""scikit-learn's t-SNE for the bench, one JSON line a question: {"method", "points"} makes it ready, {"steps"} iterates.

Each answer tells the version and the CPU time of this process so far, ms. What is timed is what TSNE.fit does in its loop;
that the functions have no public names is the price of timing a few of its iterations.
"""

import json
import sys
import time

import numpy as np
import sklearn
from sklearn.manifold import _t_sne as t_sne
from sklearn.metrics import pairwise_distances
from sklearn.neighbors import NearestNeighbors
from sklearn.utils._openmp_helpers import _openmp_effective_n_threads

PERPLEXITY = 30
DIMENSIONS = 50
CLUSTERS = 10


def clusters(n):
    random = np.random.default_rng(3)
    centres = 1.5 * random.standard_normal((CLUSTERS, DIMENSIONS))
    return (random.standard_normal((n, DIMENSIONS)) + centres[np.arange(n) % CLUSTERS]).astype(np.float32)


def exact(points):
    distances = pairwise_distances(points, squared=True)
    return t_sne._kl_divergence, t_sne._joint_probabilities(distances, PERPLEXITY, 0), {}


def barnes_hut(points):
    count = min(len(points) - 1, int(3 * PERPLEXITY + 1))
    graph = NearestNeighbors(n_neighbors=count).fit(points).kneighbors_graph(mode="distance")
    graph.data **= 2
    return t_sne._kl_divergence_bh, t_sne._joint_probabilities_nn(graph, PERPLEXITY, 0), {"num_threads": _openmp_effective_n_threads()}


for line in sys.stdin:
    question = json.loads(line)
    if "method" in question:
        n = question["points"]
        objective, p, options = {"exact": exact, "barnes-hut": barnes_hut}[question["method"]](clusters(n))
        p *= 12
        y = 1e-4 * np.random.default_rng(1).standard_normal(2 * n).astype(np.float32)
    else:
        y, _, _ = t_sne._gradient_descent(
            objective,
            y,
            0,
            question["steps"],
            n_iter_check=question["steps"] + 1,
            momentum=0.5,
            learning_rate=max(n / 48, 50),
            args=[p, 1, n, 2],
            kwargs=options,
        )
    print(json.dumps({"version": sklearn.__version__, "cpuMs": 1000 * time.process_time()}), flush=True)
