"""REST: one route for each operation of the table, with its description in OpenAPI."""
