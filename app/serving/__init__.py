"""The server's side of the `ws-json` envelope: what the simulator and the gatherer share."""
