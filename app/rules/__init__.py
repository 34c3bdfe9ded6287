"""Index and warning models; pure functions of a view, a moment and parameters."""
