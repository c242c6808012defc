"""Two local workers, of which one is killed at its work: the result is bit for bit that of one run.

python examples/ray/test_shards.py, after `npm run build` and `pip install ray`, on Linux.
"""

import os
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import ray
import shards

ROOT = Path(__file__).resolve().parents[2]
UNPOOL = ["node", str(ROOT / "dist/cli.js")]
CORPUS = str(ROOT / "site/corpus")
OPTIONS = ["--layer", "fire5", "--backend", "cpu"]
SHARDS = 4
PATIENCE_S = 120


def worker_of(shard):
    """The process that has started `unpool` for a shard, by what /proc says."""
    for entry in Path("/proc").iterdir():
        try:
            command = (entry / "cmdline").read_bytes().split(b"\0") if entry.name.isdigit() else []
            if str(ROOT / "dist/cli.js").encode() in command and f"{shard}/{SHARDS}".encode() in command:
                # Behind the name in brackets: the state, and the parent
                return int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            pass
    return None


def kill_worker(shard, killed):
    """Waits until a worker is at a shard, and kills it once."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if worker := worker_of(shard):
            time.sleep(0.5)
            os.kill(worker, signal.SIGKILL)
            killed.append(worker)
            return
        time.sleep(0.02)


def main():
    ray.init(num_cpus=2, include_dashboard=False)
    with tempfile.TemporaryDirectory() as folder:
        whole, joined = Path(folder, "whole.json"), Path(folder, "joined.json")
        subprocess.run([*UNPOOL, "top-patches", CORPUS, *OPTIONS, "--out", whole], check=True)
        killed = []
        killer = threading.Thread(target=kill_worker, args=(2, killed))
        killer.start()
        said = shards.run("top-patches", CORPUS, SHARDS, joined, OPTIONS, UNPOOL)
        killer.join()
        assert killed, "no worker was killed"
        assert said["complete"], said
        assert joined.read_bytes() == whole.read_bytes(), "the joined result is another"
        print(f"worker {killed[0]} was killed; {said['images']} pictures in {SHARDS} shards are bit for bit one run")


if __name__ == "__main__":
    main()
