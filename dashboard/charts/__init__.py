"""Drawing: colour roles, number formats and the few primitives that every subject draws with."""
