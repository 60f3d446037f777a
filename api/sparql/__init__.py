"""The SPARQL 1.1 Protocol over HTTP, as thin as it can be: read the request, ask `kg.sparql`, write the answer."""

from __future__ import annotations

from api.sparql.routes import SparqlRouteSettings, sparql_routes

__all__ = ["SparqlRouteSettings", "sparql_routes"]
