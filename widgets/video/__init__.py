"""Video on screens: the pictures of workers in the cells of a wall. Nothing is decoded here."""
