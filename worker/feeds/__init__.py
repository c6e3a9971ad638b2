"""What a feed says, and when to ask it again."""
