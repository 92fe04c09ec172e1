"""The Superset bundle: what the dashboard shows, declared once; the files Superset imports; how to bring it up."""
