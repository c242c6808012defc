"""A corpus that is too large for one machine: its shards on the workers of a Ray cluster, joined to one result.

    pip install ray
    python shards.py top-patches photos/ --shards 16 --out fire5.json -- --layer fire5
    python shards.py codes photos/ --shards 16 --out codes.npy

What stands behind -- goes to `unpool` as it is. The pictures, `unpool` and the folder of --out must be where every worker
finds them, such as on a shared disk. A worker that dies is replaced, and its shard goes on from what is on the disk. The
result is bit for bit that of one run. Workers kill with them what they run, which needs Linux.
"""

import argparse
import ctypes
import json
import shlex
import signal
import subprocess
from pathlib import Path

import ray

KINDS = {"top-patches": ".json", "codes": ".npy"}
# Of prctl(2): the signal that a process gets when the one that started it ends
PR_SET_PDEATHSIG = 1


def die_with_parent():
    """Two processes must not write one file: the one of a dead worker, and that of its successor."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def call(unpool, *arguments):
    """What `unpool` says as JSON."""
    done = subprocess.run([*unpool, *arguments, "--json"], stdout=subprocess.PIPE, check=True, preexec_fn=die_with_parent)
    return json.loads(done.stdout)


# A shard is tried again when its worker dies, not when `unpool` says that something is wrong
@ray.remote(num_cpus=1, max_retries=5)
def run_shard(unpool, command, corpus, shard, of, out, options):
    """Computes a shard, or the rest of it; the file that it is in, and how many pictures it went through now."""
    said = call(unpool, command, corpus, *options, "--shard", f"{shard}/{of}", "--out", out)
    return out, said["picturesNow"]


def run(command, corpus, shards, out, options=(), unpool=("npx", "unpool")):
    """All shards on the cluster that Ray is connected to, then their union in `out`."""
    out = Path(out).resolve()
    parts = out.parent / f"{out.stem}-parts"
    parts.mkdir(parents=True, exist_ok=True)
    corpus = str(Path(corpus).resolve())
    waiting = [
        run_shard.remote(
            unpool, command, corpus, shard, shards, str(parts / f"{shard}-of-{shards}{KINDS[command]}"), options
        )
        for shard in range(1, shards + 1)
    ]
    files = []
    while waiting:
        [ready], waiting = ray.wait(waiting)
        file, pictures = ray.get(ready)
        files.append(file)
        print(f"{len(files)} of {shards} shards: {pictures} pictures in {Path(file).name}", flush=True)
    return call(unpool, "merge", *files, "--out", str(out))


def main():
    parser = argparse.ArgumentParser(description="Runs unpool over the shards of a corpus on a Ray cluster.")
    parser.add_argument("command", choices=KINDS)
    parser.add_argument("corpus")
    parser.add_argument("--shards", type=int, required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--unpool", default="npx unpool", help="how the command line is started")
    parser.add_argument("options", nargs="*", help="behind --: for unpool")
    args = parser.parse_args()
    ray.init()
    print(run(args.command, args.corpus, args.shards, args.out, args.options, shlex.split(args.unpool)))


if __name__ == "__main__":
    main()
