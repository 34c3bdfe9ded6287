"""Index and warning models: pure functions of values, times and parameters, with their evidence."""
