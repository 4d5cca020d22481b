"""Who takes part: environment, program and the sizes that each can reasonably do."""

from __future__ import annotations

from dataclasses import dataclass

OURS = "rehab-opt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One row of the table.

    Attributes
    ----------
    name
        As in the table.
    environment
        Name of its environment; None: this one.
    program
        Module of `benchmarks.peers.implementations`, and its arguments.
    most_units
        Largest size that is run, and why not more.
    tests
        Whether settling can end when the tolerance is met; otherwise every day takes as many steps as the slowest.
    patients
        Copies computed at once; times are per patient.
    most_days, most_days_large
        Fewer days than asked for, where a day is slow (the latter from 1000 units on); times are per day.
    builds
        Whether a C++ compiler is at work for each new network.
    rebuilds
        Whether another number of steps is another program: its time is then scaled, not measured.
    """

    name: str
    environment: str | None
    program: tuple[str, ...]
    most_units: int = 100_000
    why_not_more: str = ""
    tests: bool = True
    patients: int = 1
    most_days: int = 60
    most_days_large: int = 60
    builds: bool = False
    rebuilds: bool = False

    def __post_init__(self) -> None:
        if not self.program or self.patients < 1 or min(self.most_days, self.most_days_large) < 1:
            raise ValueError(f"{self.name}: a program, at least one patient and one day")


_DENSE = "a dense matrix of this size takes minutes"
PEERS = (
    Peer(
        name="numpy, dense",
        environment="numpy",
        program=("numpy_dense",),
        most_days_large=15,
        most_units=2100,
        why_not_more=_DENSE,
    ),
    Peer(name="scipy.sparse", environment="scipy", program=("scipy_sparse",)),
    Peer(name="JAX, gather", environment="jax", program=("jax_network", "gather", "1")),
    Peer(
        name="JAX, gather, vmap 8",
        environment="jax",
        program=("jax_network", "gather", "8"),
        patients=8,
        most_units=2100,
        why_not_more="no gain over one patient at smaller sizes",
        most_days=20,
        most_days_large=10,
    ),
    Peer(
        name="JAX, dense",
        environment="jax",
        program=("jax_network", "dense", "1"),
        most_days_large=15,
        most_units=2100,
        why_not_more=_DENSE,
    ),
    Peer(name="PyTorch, CSR", environment="torch", program=("torch_network", "sparse")),
    Peer(
        name="PyTorch, dense",
        environment="torch",
        program=("torch_network", "dense"),
        most_units=700,
        why_not_more=_DENSE,
    ),
    Peer(
        name="Brian2, C++",
        environment="brian2",
        program=("brian2_network",),
        most_units=2100,
        why_not_more="seconds a day",
        tests=False,
        most_days=10,
        most_days_large=5,
        builds=True,
        rebuilds=True,
    ),
    Peer(
        name="ANNarchy",
        environment="annarchy",
        program=("annarchy_network",),
        most_units=2100,
        why_not_more="seconds a day",
        tests=False,
        most_days=10,
        most_days_large=5,
        builds=True,
    ),
)
US = Peer(name=OURS, environment=None, program=("benchmarks.peers.ours",))
