"""Analyses: questions answered from a snapshot and its network, each with its evidence.

One module an analysis; each takes a `Desk` (snapshot and record of what was used) and arguments, and returns a frozen
answer of `kg.answers`.
"""
