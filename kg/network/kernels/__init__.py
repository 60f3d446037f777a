"""Kernels: searches over the arrays of a network, each in a compiled and a plain Python version that answer alike.

`dispatch` says which version runs.
"""
