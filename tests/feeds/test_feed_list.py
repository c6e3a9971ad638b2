"""feeds.toml: what it may say, and how its mistakes are told."""

import pytest

from worker.errors import FeedListError
from worker.feeds.feed_list import ListedFeed, read_feeds_toml

FULL = """
# my feeds
[[feed]]
url = "https://example.org/world/rss"
outlet = "Example  Post"
section = "world"
language = "en-GB"
time_zone = "Europe/London"
interval = "15 min"
kind = "news_agency"
family = "Example Group"
headers = { Authorization = "EXAMPLE_TOKEN" }

[[feed]]
url = " https://news.example.net:8443/atom "
interval = 90
"""


def test_a_list_is_read_in_its_order() -> None:
    assert read_feeds_toml(FULL).feeds == (
        ListedFeed(
            url="https://example.org/world/rss",
            outlet="Example Post",
            section="world",
            language="en-GB",
            time_zone="Europe/London",
            interval_seconds=900,
            kind="news_agency",
            family="Example Group",
            headers={"Authorization": "EXAMPLE_TOKEN"},
        ),
        ListedFeed(url="https://news.example.net:8443/atom", outlet="news.example.net", interval_seconds=90),
    )


def test_an_empty_list_is_a_list() -> None:
    assert read_feeds_toml("# nothing yet").feeds == ()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('urll = "x"', 'line 2: "urll" is not known; did you mean "url"?'),
        ('colour = "x"', 'line 2: "colour" is not known; known are url, outlet'),
        ('language = "english please"', 'line 2: language is "english please"; give a code'),
        ('time_zone = "Moon/Base"', 'time_zone is "Moon/Base"; give an IANA name'),
        ('time_zone = "../../etc/passwd"', "give an IANA name"),
        ('interval = "soon"', "interval is 'soon'; give a time"),
        ("interval = 0", "interval is 0"),
        ("interval = true", "interval is True"),
        ('interval = "9 d"', "interval is '9 d'"),
        ('kind = "blog"', "kind is 'blog'; it is one of publisher, news_agency"),
        ("outlet = 5", "outlet is 5; give some words"),
        ('section = " "', "section is ' '"),
        ('headers = "x"', "headers is a table"),
        ('headers = { Host = "X" }', "header 'Host' cannot be set"),
        ('headers = { "X Y" = "X" }', "header 'X Y' cannot be set"),
        ('headers = { X = "Bearer abc" }', "must give the name of a secret"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_to_do(line: str, says: str) -> None:
    with pytest.raises(FeedListError) as caught:
        read_feeds_toml(f'\n[[feed]]\nurl = "https://example.org/"\n{line}\n')
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[feed]\n", "not valid TOML"),
        ("[feed]\nurl = 1", "write each feed as a table of its own"),
        ("[[feed]]\n", "url is missing"),
        ("feed = [1]", "a feed is a table"),
        ('[[feed]]\nurl = "example.org"', "cannot be read as one"),
        ('[[feed]]\nurl = "ftp://example.org"', "only http and https"),
        (f'[[feed]]\nurl = "https://example.org/{"x" * 9000}"', "too long"),
        ('[[feeds]]\nurl = "https://example.org/"', 'did you mean "feed"?'),
        ('[[feed]]\nurl = "https://ana:word@example.org/f"', "https://example.org/f has a login in its address"),
        (
            '[[feed]]\nurl = "https://example.org/"\n[[feed]]\nurl = "https://EXAMPLE.org"',
            "line 3: https://example.org/ is listed twice",
        ),
    ],
)
def test_a_file_that_is_no_list_says_so(text: str, says: str) -> None:
    with pytest.raises(FeedListError) as caught:
        read_feeds_toml(text)
    assert says in str(caught.value)
    assert ":word@" not in str(caught.value)


def test_all_mistakes_are_told_together() -> None:
    with pytest.raises(FeedListError) as caught:
        read_feeds_toml('[[feed]]\nkind = "x"\n\n[[feed]]\nurl = "https://example.org/"\nkind = "x"\ninterval = "x"\n')
    told = [line.split(":")[0] for line in str(caught.value).splitlines()]
    assert told == ["feeds.toml, line 1", "feeds.toml, line 4", "feeds.toml, line 4"]


@pytest.mark.parametrize(
    ("text", "seconds"), [('"30s"', 30), ('"2 h"', 7200), ('"1 d"', 86400), ('"5m"', 300), ("600", 600)]
)
def test_intervals_in_all_units(text: str, seconds: int) -> None:
    feed = read_feeds_toml(f'[[feed]]\nurl = "https://example.org/"\ninterval = {text}').feeds[0]
    assert feed.interval_seconds == seconds
    assert ListedFeed("u", "o").interval_seconds is None
