"""One file per step of a database's form: `cache_0001_readings.py`, `ops_0001_people.py`...

A file that has been released is never changed: the next change is the next number.
"""
