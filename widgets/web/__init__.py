"""Web pages of other systems within our windows (docs/decisions/0010-video-wall.md)."""
