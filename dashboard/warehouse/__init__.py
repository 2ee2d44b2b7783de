"""The data and the ways to ask it: contract, files, engines, sets of people, ingest."""
