"""What walking forward makes of simulated markets without any edge: the figures of docs/walk-forward.md.

usage: walk_forward_noise.py STORMPROOF [SEEDS]     (the built program; 60 seeds by default)
"""

import json
import math
import statistics
import subprocess
import sys
import tempfile

program = sys.argv[1]
seeds = int(sys.argv[2]) if len(sys.argv) > 2 else 60

trained, tested, beaten, efficiencies = [], [], [], []
for seed in range(1, seeds + 1):
    with tempfile.TemporaryDirectory() as tape:
        subprocess.run([program, "tape", "synth", "--seed", str(seed), "--tape", tape + "/t"], check=True, capture_output=True)
        told = subprocess.run(
            [program, "walk-forward", "mean-reversion", "--tape", tape + "/t", "--format", "json", "--quiet",
             "--vary", "exit.target_atr=1..4:0.5", "--vary", "exit.stop_atr=1..3:1", "--vary", "entry.declines=2..4",
             "--train", "504", "--test", "126"],
            check=True, capture_output=True,
        )
    told = json.loads(told.stdout)
    for fold in told["folds"]:
        if not fold.get("chosen"):
            continue
        trained.append(fold["chosen"]["in_sample"].get("net_return", 0.0))
        tested.append(fold["chosen"]["out_of_sample"].get("net_return", 0.0))
        beaten.append(fold["chosen"]["beaten"])
    if told.get("efficiency") is not None:
        efficiencies.append(told["efficiency"])

error = statistics.stdev(tested) / math.sqrt(len(tested))
print(f"{seeds} markets, {len(tested)} folds that chose")
print(f"a training window {statistics.mean(trained):+.2%}, a test {statistics.mean(tested):+.2%} (standard error {error:.2%})")
print(f"median efficiency {statistics.median(efficiencies):.2f}")
print(f"beat more than half of the others in {sum(b > 0.5 for b in beaten) / len(beaten):.1%} of the folds")
