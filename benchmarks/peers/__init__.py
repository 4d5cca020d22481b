"""The same work done by other tools, side by side with the package's own kernels; run ``python -m benchmarks.peers``.

Peers run in environments of their own, which hold neither this package nor its dependencies: nothing is imported here.
"""
