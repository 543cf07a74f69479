"""Engine: blocks of draws over workers, progress, storage."""
