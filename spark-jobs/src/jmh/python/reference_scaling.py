"""Times training steps of e2cnn under PyTorch's DistributedDataParallel, as ScalingBenchmark times this library's.

Usage, in a virtual environment with e2cnn==0.2.3, numpy==1.23.5, scipy, sympy and the torch of this library's engine:

    OMP_NUM_THREADS=1 python reference_scaling.py [PRESET] [--workers 2] [--seconds 60]

Workers of one thread each sum gradients by gloo over loopback; steps of one worker alone on the global batch of 64 take turns with steps
of all. Prints images a second of both, from medians.
"""

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

import torch
import torch.distributed as distributed
from torch.nn.parallel import DistributedDataParallel

sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "equivariant-lib/src/jmh/python"))
from reference_steps import NETWORKS

BATCH = 64


def trainer(network, size, channels):
    optimizer = torch.optim.Adam(network.parameters(), 1e-4)
    images, labels = torch.randn(size, channels, 28, 28), torch.zeros(size, dtype=torch.long)

    def step():
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(network(images), labels).backward()
        optimizer.step()

    return step


def work(rank, arguments):
    torch.set_num_threads(1)
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT="29511")
    distributed.init_process_group("gloo", rank=rank, world_size=arguments.workers)
    build, (channels, _) = NETWORKS[arguments.preset]
    alone = trainer(build().train(), BATCH, channels)
    together = trainer(DistributedDataParallel(build().train()), BATCH // arguments.workers, channels)
    times, more = ([], []), torch.ones(1)
    end = time.perf_counter() + arguments.seconds
    while more.item() > 0:
        for way, step in enumerate((alone, together)):
            distributed.barrier()
            begin = time.perf_counter()
            if way == 1 or rank == 0:
                step()
            times[way].append(time.perf_counter() - begin)
        more[0] = time.perf_counter() < end
        distributed.broadcast(more, 0)
    if rank == 0:
        one, all_ = (BATCH / statistics.median(times[way][2:]) for way in (0, 1))
        print(f"{arguments.preset}  alone {one:.1f}  {arguments.workers} workers {all_:.1f} images/s  torch {torch.__version__}", flush=True)
    distributed.destroy_process_group()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("preset", nargs="?", default="mnist-bench/regular-c4")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=60)
    arguments = parser.parse_args()
    torch.multiprocessing.spawn(work, (arguments,), arguments.workers)


if __name__ == "__main__":
    main()
