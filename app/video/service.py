"""Live video as the rest of the program sees it: who wants which camera, and what they get."""
