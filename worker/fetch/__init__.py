"""One polite GET, and everything that decides how it goes."""
