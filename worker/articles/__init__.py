"""What a page says: body, dates, language, quality."""
