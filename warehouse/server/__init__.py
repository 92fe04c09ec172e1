"""Where the warehouse lives: the embedded server or one of one's own, its roles, its backup."""
