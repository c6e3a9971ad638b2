"""What Dateline does: one file a stage, in the order of the line.

    poll.poll_due_feeds -> poll.poll_feed -> poll.read_feed -> fetch.fetch_article
        -> read.read_article -> extract.extract_events

Their files are ``poll``, ``enter`` (which reads feeds), ``fetch``, ``read``, ``extract``; ``nights`` tends stories.
``upkeep`` is the one arrow that points back; ``stage`` is what all of them share; ``asking`` is how the network
stages ask. Network stages never parse, parsing stages never touch the network, and only ids travel.
"""
