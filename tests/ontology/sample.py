"""A small snapshot as a default graph, correct in every respect, for rules to be broken in."""

from __future__ import annotations

PREFIXES = """
PREFIX ck: <https://w3id.org/chokepoint/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX chip: <https://w3id.org/chokepoint/id/chip/>
PREFIX claim: <https://w3id.org/chokepoint/id/claim/>
PREFIX company: <https://w3id.org/chokepoint/id/company/>
PREFIX country: <https://w3id.org/chokepoint/id/country/>
PREFIX material: <https://w3id.org/chokepoint/id/material/>
PREFIX party-list: <https://w3id.org/chokepoint/id/party-list/>
PREFIX policy: <https://w3id.org/chokepoint/id/policy/>
PREFIX tool: <https://w3id.org/chokepoint/id/tool/>
PREFIX node: <https://w3id.org/chokepoint/relation/>
PREFIX source: <https://w3id.org/chokepoint/source/>
PREFIX st: <https://w3id.org/chokepoint/statement/>
"""

SNAPSHOT = """
source:report a ck:Source ; dcterms:title "Annual report" ; ck:published "2025-02-13" ;
    schema:url <https://example.org/report> ; ck:batch <https://w3id.org/chokepoint/batch/seed> .
source:undated a ck:Source ; dcterms:title "Leaflet" ; ck:published "" ;
    ck:batch <https://w3id.org/chokepoint/batch/seed> .
<https://w3id.org/chokepoint/batch/seed> a ck:Batch ; ck:recorded "2026-11-24"^^xsd:date ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> .

country:NLD a ck:Country ; rdfs:label "Netherlands"@en ; ck:searchKey "netherlands" .
country:CHN a ck:Country ; rdfs:label "China"@en ; skos:altLabel "中国"@zh .
company:asml a ck:Company ; rdfs:label "ASML"@en ; ck:headquarteredIn country:NLD .
company:smic a ck:Company ; rdfs:label "SMIC"@en ; ck:onList party-list:entity-list .
tool:euv-scanner a ck:Tool ; rdfs:label "EUV scanner"@en ; ck:providedBy company:asml .
material:gallium a ck:Material ; rdfs:label "gallium"@en ; ck:hasShareIn country:CHN .
chip:example-100 a ck:Chip ; rdfs:label "Example 100"@en ; ck:denseFp16Throughput 989.4 ;
    ck:marketSegment "data centre" ; ck:launchDate "2022-03" .
policy:rule a ck:Policy ; rdfs:label "a rule"@en ; ck:instrumentType "final rule" ;
    ck:targetCountry country:CHN ; ck:codified "yes" .
party-list:entity-list a ck:PartyList ; rdfs:label "Entity List"@en .
claim:c1 a ck:Claim ; rdfs:label "a claim"@en ; ck:about company:asml ; ck:claimKind "forecast" ;
    ck:text "ASML will sell more scanners." ; ck:claimedByText "an analyst" ;
    ck:value 70.0 ; ck:claimPeriod "2025/.." .

node:aa1 a ck:Provision ; ck:item tool:euv-scanner ; ck:provider company:asml .
node:aa2 a ck:CountryShare ; ck:item material:gallium ; ck:country country:CHN .
node:aa3 a ck:PolicyEvent ; ck:policy policy:rule ; ck:eventKind "published" ; ck:eventDate "2023-10-25" .
node:aa4 a ck:ListEntry ; ck:party company:smic ; ck:partyList party-list:entity-list .

st:s1 a ck:Statement ; ck:subject node:aa1 ; ck:predicate rdf:type ; ck:object ck:Provision ;
    ck:status "verified" ; ck:source source:report ; ck:passage "ASML is the only maker." ; ck:share 100.0 ;
    ck:period "2024" ; ck:shareBasis "units" ; ck:siteCountry country:NLD ; ck:validFrom "2018" ;
    ck:validFromDate "2018-01-01"^^xsd:date ;
    ck:knownFrom "2025-02-13"^^xsd:date ; ck:batch <https://w3id.org/chokepoint/batch/seed> .
st:s2 a ck:Statement ; ck:subject node:aa2 ; ck:predicate rdf:type ; ck:object ck:CountryShare ;
    ck:status "unverified" ; ck:toCheckIn "Commodity summaries 2025" ; ck:share 98.0 ; ck:stage "refining" .
st:s3 a ck:Statement ; ck:subject node:aa3 ; ck:status "verified" ; ck:source source:report ;
    ck:passage "Published." .
st:s4 a ck:Statement ; ck:subject node:aa4 ; ck:status "verified" ; ck:source source:report ;
    ck:passage "Listed." ; ck:citation "85 FR 83416" ; ck:validFrom "2020-12-22" ;
    ck:validFromDate "2020-12-22"^^xsd:date ;
    ck:validUntil "2030" ; ck:validUntilDate "2030-12-31"^^xsd:date .
st:s5 a ck:Statement ; ck:subject chip:example-100 ; ck:predicate ck:denseFp16Throughput ; ck:object 989.4 ;
    ck:status "derived" ; ck:derivedFrom "the data sheet" .
"""


def turtle(triples: str) -> str:
    """A Turtle document of the triples, with the prefixes."""
    lines = [line.removeprefix("PREFIX") for line in PREFIXES.splitlines() if line]
    return "".join(f"@prefix{line} .\n" for line in lines) + triples


def swap(subject: str, predicate: str, new: str) -> str:
    """An update that replaces the values of a property."""
    where = f"{subject} {predicate} ?old"
    return f"DELETE {{ {where} }} INSERT {{ {subject} {predicate} {new} }} WHERE {{ {where} }}"


def drop(subject: str, predicate: str) -> str:
    """An update that removes the values of a property."""
    return f"DELETE WHERE {{ {subject} {predicate} ?old }}"


def add(triples: str) -> str:
    """An update that adds triples."""
    return f"INSERT DATA {{ {triples} }}"
