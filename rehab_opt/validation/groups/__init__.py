"""The experiments, a folder per group of targets. What two groups share lies one level up, never in a sibling."""
