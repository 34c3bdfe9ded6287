"""Live state: the picture, the hub that tells of its changes, the health of the feeds."""
