"""What a run leaves on disk: its directory, the sealed log, the manifest, the lock, and the mirror in a storage."""
