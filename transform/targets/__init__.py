"""The grammar of promises: what a target's text says, its operator, value, unit and date."""
