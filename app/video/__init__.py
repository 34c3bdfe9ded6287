"""Live video: workers that decode, platforms that know cameras, who watches what and its cost."""
