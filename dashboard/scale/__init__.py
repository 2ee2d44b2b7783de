"""Scale: figures of the whole platform that are stated, not counted from activity."""
