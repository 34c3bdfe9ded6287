"""Live video: workers that decode, platforms that know cameras, and who watches what at which cost."""
