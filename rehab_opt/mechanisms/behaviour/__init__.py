"""What the person does: which arm, which hemisphere."""
