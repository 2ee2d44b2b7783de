"""The acts of the command line: ``python -m dashboard ingest`` and ``read``."""
