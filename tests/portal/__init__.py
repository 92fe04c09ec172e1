"""A portal simulator: a real HTTP server on loopback that speaks gkmlpt and static columns with their quirks."""
