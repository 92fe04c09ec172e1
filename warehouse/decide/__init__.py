"""What persons decide: accept, reject, undo, and what they declare of organisations and projects."""
