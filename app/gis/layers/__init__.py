"""One file per kind of layer; found by the class line (howto-layer.md)."""
