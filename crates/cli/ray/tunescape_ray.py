"""Fans Tunescape's work over a Ray cluster: shards of a landscape, seeds of a race or of a run,
trials of a study.

    python tunescape_ray.py landscape LINK --shards 256 --out landscape.jsonl -- --side 1024

A task runs the command `tunescape` on one shard. The command itself is sent along, so that the
machines of the cluster need nothing but Ray. A task that is lost with its worker runs again on
another; shards that have arrived lie in OUT.shards, and a second run goes on with them. In the end
`tunescape merge` leaves one file, the same to the last bit as a run without shards.

It asks Ray for nothing but tasks and touches no token: run it where Ray is reached without one
(`ray job submit --working-dir . -- python tunescape_ray.py …`, or on a machine of the cluster), or
set RAY_AUTH_MODE and RAY_AUTH_TOKEN yourself.
"""

import argparse
import ctypes
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import ray

# So often a shard is tried again when the worker that had it is lost.
RETRIES = 5
# A study has so many rounds at most: one for each trial that waits for those before it.
ROUNDS = 1000


def with_parent():
    """Has the command end with its worker, where the system can."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def installed(command: bytes) -> Path:
    """The command as a file of this machine."""
    name = hashlib.sha256(command).hexdigest()[:16]
    path = Path(tempfile.gettempdir()) / f"tunescape-{os.getuid()}" / name / "tunescape"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as new:
            new.write(command)
        os.chmod(new.name, 0o700)
        os.replace(new.name, path)
    return path


@ray.remote(num_cpus=1, max_retries=RETRIES)
def shard(command: bytes, words: list, files: dict, part: str) -> bytes:
    """The results of one shard. Words that are names of files stand for their content."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        here = lambda word: word[:1] == "@" and word[1:] in files
        words = [str(Path(folder) / word[1:]) if here(word) else word for word in words]
        out = Path(folder) / "out.jsonl"
        line = [str(installed(command)), *words, "--shard", part, "--threads", "1", "--quiet"]
        done = subprocess.run(
            [*line, "--out", str(out)], capture_output=True, text=True, preexec_fn=with_parent
        )
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip() or f"exit code {done.returncode}")
        return out.read_bytes()


def told(text: str, last: bool = False):
    """Says how far it is: on one line of a terminal."""
    if sys.stderr.isatty():
        print(f"\r{text}", end="\n" if last else "", file=sys.stderr, flush=True)
    elif last:
        print(text, file=sys.stderr, flush=True)


def fan(command, words: list, files: dict, shards: int, folder: Path, what: str) -> list:
    """Has every shard done that is not there yet; the files of all."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {f"{i + 1}/{shards}": folder / f"{i + 1}-of-{shards}.jsonl" for i in range(shards)}
    wanted = [part for part, path in paths.items() if not path.exists()]
    files = {name: path.read_bytes() for name, path in files.items()}
    tasks = {shard.remote(command, words, files, part): part for part in wanted}
    begun, waiting = time.time(), list(tasks)
    while waiting:
        ready, waiting = ray.wait(waiting, num_returns=1, timeout=1)
        for task in ready:
            path = paths[tasks.pop(task)]
            new = path.with_suffix(".new")
            new.write_bytes(ray.get(task))
            os.replace(new, path)
        done, spent = len(wanted) - len(waiting), time.time() - begun
        left = f", about {spent / done * len(waiting):.0f} s left" if done else ""
        told(f"{what}: {shards - len(waiting)} of {shards} shards, {spent:.0f} s{left}")
    told(f"{what}: {shards} of {shards} shards, {time.time() - begun:.0f} s", last=True)
    return list(paths.values())


def merge(binary: str, files: list, out: Path, data: list, partial: bool) -> int:
    """Puts shards together; the exit code."""
    words = [binary, "merge", *map(str, files), *data, "--force", "--out", str(out)]
    done = subprocess.run(words + (["--partial"] if partial else []), stderr=subprocess.PIPE, text=True)
    if done.returncode not in (0, 1) or (done.returncode and partial):
        raise SystemExit(done.stderr.strip())
    return done.returncode


def whole(binary: str, options, command, words: list, files: dict, data: list, folder: Path):
    """All shards at once; a study in rounds, as its trials wait for those before them."""
    if options.kind != "study":
        paths = fan(command, words, files, options.shards, folder, options.kind)
        if merge(binary, paths, options.out, data, False):
            raise SystemExit("something is missing though all shards are there")
        return
    known = folder / "known.jsonl"
    first = next((n for n in range(1, ROUNDS) if not (folder / f"round-{n}").exists()), ROUNDS)
    for number in range(max(first - 1, 1), ROUNDS):
        own, given = list(words), dict(files)
        if known.exists():
            own, given["known"] = own + ["--known", "@known"], known
        part = folder / f"round-{number}"
        paths = fan(command, own, given, options.shards, part, f"round {number}")
        paths += [known] if known.exists() else []
        if merge(binary, paths, options.out, data, False) == 0:
            return
        merge(binary, paths, known, data, True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("kind", choices=["landscape", "race", "study", "train"])
    parser.add_argument("input", metavar="LINK|FILE")
    parser.add_argument("--out", type=Path, required=True, help="the one file that is left")
    parser.add_argument("--shards", type=int, default=64, help="parts that the work is cut into")
    parser.add_argument("--command", default="tunescape", help="the command, on this machine")
    parser.add_argument("--address", help="the cluster; none: as RAY_ADDRESS says, or this machine")
    parser.add_argument("--cpus", type=int, help="of this machine, without a cluster")
    parser.add_argument("--data", type=Path, help="a table to train on")
    parser.add_argument("--target", help="its column to predict")
    parser.epilog = "What stands after -- is for the command: -- --side 1024"
    given = sys.argv[1:]
    cut = given.index("--") if "--" in given else len(given)
    options, more = parser.parse_args(given[:cut]), given[cut + 1 :]

    binary = shutil.which(options.command)
    if binary is None:
        parser.error(f"--command {options.command}: no such command")
    command, files, data = Path(binary).read_bytes(), {}, []
    given = options.input
    if Path(options.input).is_file():
        given, files["input"] = "@input", Path(options.input)
    words = [options.kind, given, *more]
    if options.data:
        files["data"] = options.data
        target = ["--target", options.target] if options.target else []
        words += ["--data", "@data", *target]
        data = ["--data", str(options.data), *target]

    alone = options.address is None and "RAY_ADDRESS" not in os.environ
    own = {"include_dashboard": False, "num_cpus": options.cpus} if alone else {}
    ray.init(address=options.address, log_to_driver=False, logging_level="warning", **own)
    folder = options.out.with_name(options.out.name + ".shards")
    whole(binary, options, ray.put(command), words, files, data, folder)
    shutil.rmtree(folder)
    ray.shutdown()


if __name__ == "__main__":
    main()
