"""Compiled kernels: numba versions, imported by `kernels.dispatch` and by nothing else.

Importing this package imports no numba; importing a module of it compiles its functions or loads them from the cache.
"""
