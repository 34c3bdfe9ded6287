"""What every other package may import: the records, their time, their words."""
