"""Benchmarks: the project beside what a user would pick instead, in one run. See `README.md` and `run.py`."""
