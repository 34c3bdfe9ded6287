"""Video platforms, one file each; a new one registers by its class line."""
