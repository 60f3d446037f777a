"""Export: derived documents of the graph and its model, deterministic."""
