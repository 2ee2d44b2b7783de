"""ClickHouse: the same warehouse once one machine is outgrown."""
