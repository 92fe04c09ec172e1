"""Web pages of portals as they are: lists and how they are paged, articles and what they link to, impostors."""
