"""From staged rows that passed to versions, dimension members and facts."""
