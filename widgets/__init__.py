"""Windows, panels and painters: the only package that knows Qt."""
