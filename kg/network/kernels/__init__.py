"""Kernels over compact arrays."""
