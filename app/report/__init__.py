"""What leaves as a file: tables and documents, each value with its unit, age and source."""
