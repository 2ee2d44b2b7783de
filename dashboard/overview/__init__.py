"""Overview: the platform at a glance, put together from what its subjects know."""
