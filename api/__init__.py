"""The surfaces: HTTP, GraphQL, SPARQL and linked data over `kg`. Thin: parse the request, call `kg`, render."""
