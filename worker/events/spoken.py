"""Somebody's word by a verb of speech: who speaks, what is said, and through whom it came."""

from __future__ import annotations

from collections.abc import Iterator

from worker.events.authors import link
from worker.events.clauses import clause_end, clause_start
from worker.events.links import accusers, speakers
from worker.events.speech import Said, SpeechWords
from worker.events.syntax import Parse, Verb

_QUOTED_AS_SAYING = 4  # phrases between "quoted" and "saying": "officials as saying"
_ASIDE = 8  # phrases of an insertion between a verb of speech and what is said
_A_HEADLINE = 4  # tokens; as much may be news without a verb ("Two dead in Jos, police said")
_SET_OFF = ",;\"'()"  # classes of the marks before who has said it: "..., police said"
_ADVERBIAL = frozenset({"P", "TIME", "A", "PAREN"})


def from_verbs(parsed: Parse, words: SpeechWords) -> Iterator[Said]:
    """Everything that a verb of a sentence gives as somebody's word."""
    for verb in parsed.verbs:
        for lemma in verb.lemmas:
            said = _from_verb(parsed, verb, lemma, words)
            if said is not None:
                yield said
                break


def _from_verb(parsed: Parse, verb: Verb, lemma: str, words: SpeechWords) -> Said | None:
    if verb.passive:
        return _quoted(parsed, verb, words) if lemma in words.relay else _impersonal(parsed, verb, lemma, words)
    if verb.subject and verb.object and lemma in words.accuse:
        start = verb.object[0].start
        content = (start, min(clause_end(parsed, verb.end), _report_end(parsed, start, verb, words)))
        return Said(speakers(parsed, verb, words), (verb.start, verb.end), content, "accuse")
    if lemma in words.relay:
        cited = verb.shape == "gerund" and parsed.sentence.lowers[verb.main] in {cue[0] for cue in words.citing}
        return _relayed(parsed, verb, words) if verb.subject and verb.object and not cited else None
    return _spoken(parsed, verb, lemma, words)


def _spoken(parsed: Parse, verb: Verb, lemma: str, words: SpeechWords) -> Said | None:
    if lemma not in words.reporting:
        return None
    told = {parsed.sentence.lowers[phrase.head] for phrase in verb.object} & (words.report_nouns | words.written)
    stance = "deny" if lemma in words.deny or (lemma in words.retract and told) else "say"
    if _speaks_of_nothing(parsed, verb, words) or (verb.negated and stance == "say"):
        return None
    reported = _content(parsed, verb, lemma, words)
    if reported is None or not _reports(parsed, verb, lemma, reported, words):
        return None
    span, clause = reported
    if stance == "deny" and verb.object and verb.object[0].start == span[0] < verb.start:
        span = (span[0], verb.object[0].full_end)  # "a charge which the army denied"
    elif span[0] < verb.start and (stance == "deny" or verb.modal is not None):
        return None  # "a soldier dismissed in 2019", "killed him before he could testify"
    links = accusers(parsed, verb, words) if stance == "deny" else ()
    return Said(links or speakers(parsed, verb, words), (verb.start, verb.end), span, stance, main=clause)


def _speaks_of_nothing(parsed: Parse, verb: Verb, words: SpeechWords) -> bool:
    """Whether the speaking is itself only possible ("before he could testify"), or done by a verb that passes it on."""
    free = verb.shape == "infinitive" and verb.governor is None and verb.noun_governor is None
    above = parsed.by_chunk.get(verb.governor) if verb.governor is not None else None
    relayed = verb.shape == "gerund" and above is not None and not words.relay.isdisjoint(above.lemmas)
    return free or relayed


def _reports(parsed: Parse, verb: Verb, lemma: str, reported: tuple[tuple[int, int], bool], words: SpeechWords) -> bool:
    """Whether a verb gives somebody's word: always, with a clause ("found that"), or an onlooker's ("saw them")."""
    if lemma in words.say | words.deny | words.retract:
        return True
    (start, _), clause = reported
    behind = start >= verb.end
    if lemma in words.finding:
        return clause and behind and any(chunk.kind == "K" and chunk.end == start for chunk in parsed.chunks)
    heads = {parsed.sentence.lowers[phrase.head] for phrase in verb.subject}
    return lemma in words.seeing and behind and not heads.isdisjoint(words.onlookers)


def _impersonal(parsed: Parse, verb: Verb, lemma: str, words: SpeechWords) -> Said | None:
    """Of "is believed to have attacked": nobody is named unless a by-phrase does."""
    if lemma not in words.impersonal:
        return None
    accused = verb.shape == "participle" and verb.agent and lemma in words.accuse
    if verb.shape == "participle" and not accused:
        return None
    follows = parsed.by_chunk.get(verb.chunk + 1)
    completed = any(other.governor == verb.chunk and other.shape == "infinitive" for other in parsed.verbs)
    if lemma not in words.accuse and follows is None and not completed and not _complementiser(parsed, verb.chunk + 1):
        return None
    links = tuple(link(parsed, phrase, words) for phrase in verb.agent)
    stance = "say" if links else ("accuse" if lemma in words.accuse else "anonymous")
    own = 0 if verb.subject_implied else min((phrase.start for phrase in verb.subject), default=0)
    start = verb.end if accused or _tells_of_its_subject(parsed, verb) else own
    end = (
        min((c.start for c in parsed.chunks if c.start > verb.end and c.kind == ","), default=None) if accused else None
    )
    return Said(links, (verb.start, verb.end), (start, end or clause_end(parsed, verb.end)), stance, hearsay=not links)


def _tells_of_its_subject(parsed: Parse, verb: Verb) -> bool:
    """Whether a clause stands between a verb and its subject: "the man, who phoned Moscow, is said to have ..."."""
    ends = [phrase.full_end for phrase in verb.subject]
    return bool(ends) and any(max(ends) <= other.start < verb.start for other in parsed.verbs)


def _complementiser(parsed: Parse, chunk: int) -> bool:
    return chunk < len(parsed.chunks) and parsed.chunks[chunk].kind == "K"


# --- words passed on ------------------------------------------------------------------------------------------------


def _relayed(parsed: Parse, verb: Verb, words: SpeechWords) -> Said | None:
    """Of "Reuters quoted officials as saying that ..." is the officials' word, by way of Reuters."""
    start = verb.object[-1].full_end
    inner = _saying(parsed, verb, words)
    if inner is not None:
        start = inner.end
    links = (*(link(parsed, p, words) for p in verb.object), *(link(parsed, p, words) for p in verb.subject))
    end = len(parsed.sentence)
    if start >= end - 1 or (_stops(parsed, start) and any(v.end <= verb.start for v in parsed.verbs)):
        return Said(links, (verb.start, verb.end), (0, verb.start), "say", main=True)
    return Said(links, (verb.start, verb.end), (start, end), "say", main=True)


def _quoted(parsed: Parse, verb: Verb, words: SpeechWords) -> Said | None:
    """Of "the general was quoted by Tasnim as saying that ..." is the general's word, by way of Tasnim."""
    if verb.shape != "finite" or not verb.subject:
        return None
    inner = _saying(parsed, verb, words)
    named_late = tuple(p for word, p in inner.preps if word in words.carried_by) if inner is not None else ()
    links = tuple(link(parsed, phrase, words) for phrase in (*verb.subject, *(verb.agent or named_late)))
    after = max([inner.end if inner is not None else verb.end, *(one.end for one in links)])
    begin = min(phrase.start for phrase in verb.subject)
    that = after < len(parsed.sentence) and _complementiser(parsed, parsed.chunk_of_token[after])
    left = begin > 1 and _stands_after_clause(parsed, verb) and not that
    content = (clause_start(parsed, begin), begin) if left else (after, len(parsed.sentence))
    return Said(links, (verb.start, verb.end), content, "say", main=True)


def _saying(parsed: Parse, verb: Verb, words: SpeechWords) -> Verb | None:
    """Of "quoted officials as saying" the saying."""
    inner = next((v for v in parsed.verbs if v.chunk > verb.chunk and set(v.lemmas) & words.say), None)
    return inner if inner is not None and inner.chunk - verb.chunk <= _QUOTED_AS_SAYING else None


def _stops(parsed: Parse, token: int) -> bool:
    """Whether a clause ends here: "..., state media quoted officials as saying, but ..." tells what stands before."""
    chunk = parsed.chunks[parsed.chunk_of_token[token]]
    return chunk.kind in {",", ";"} and parsed.sentence.words[token] != ":"


# --- what is said ---------------------------------------------------------------------------------------------------


def _content(parsed: Parse, verb: Verb, lemma: str, words: SpeechWords) -> tuple[tuple[int, int], bool] | None:
    """The tokens that a speaking verb reports, and whether they are a clause."""
    own = () if verb.subject_implied else verb.subject
    begin = min([verb.start, *(p.start for p in own)])
    end = max([verb.end, *(p.full_end for p in own if p.start > verb.start)])
    goes_on = _goes_on(parsed, begin, end)
    set_off = begin > 1 and parsed.classes[begin - 1] in _SET_OFF
    left = set_off and (_stands_after_clause(parsed, verb) or goes_on is not None)
    told = begin > 1 and (parsed.classes[begin - 1] == '"' or end > verb.end)  # a quotation, or the speaker after it
    after, clause = _after(parsed, verb, addressed=lemma in words.addressing, told=told)
    if after is not None:
        broken = left and parsed.classes[begin - 1] == parsed.classes[after : after + 1] == '"'  # "...," he said, "..."
        start = clause_start(parsed, begin) if broken else after
        return (start, _report_end(parsed, after, verb, words)), clause
    if not left:
        return None
    return (clause_start(parsed, begin), begin if goes_on is None else _report_end(parsed, goes_on, verb, words)), True


def _goes_on(parsed: Parse, begin: int, end: int) -> int | None:
    """Of "The attackers, police said, killed four" the token where the clause around the two words goes on."""
    chunks = parsed.chunks
    if not begin or chunks[parsed.chunk_of_token[begin - 1]].kind != ",":
        return None
    k = parsed.chunk_of_token[end - 1] + 1
    while k < len(chunks) and (chunks[k].kind in _ADVERBIAL or (chunks[k].kind == "NP" and chunks[k - 1].kind == "P")):
        k += 1
    if k >= len(chunks) or chunks[k].kind != ",":
        return None
    k += 2 if k + 1 < len(chunks) and chunks[k + 1].kind == "C" else 1
    verb = parsed.by_chunk.get(k)
    return chunks[k].start if verb is not None and verb.shape == "finite" else None


def _after(parsed: Parse, verb: Verb, *, addressed: bool, told: bool) -> tuple[int | None, bool]:
    """Where reported content begins right of the verb, and whether it is a clause; None when it stands to its left.

    Behind words that were told already only a quotation goes on: "'We are afraid,' she said after gunmen had come".
    """
    chunks = parsed.chunks
    for k in range(verb.chunk + 1, len(chunks)):
        kind = chunks[k].kind
        if kind == "K" and not told:
            return chunks[k].end, True
        if kind in {"W", "C", "K"} or (
            parsed.sentence.words[chunks[k].start] == ";" and _stands_after_clause(parsed, verb)
        ):
            break  # "..., they said; others had ..."
        if kind in {",", ";", '"'}:
            begins = _behind_mark(parsed, k)
            if begins is not None:
                return begins, True
            break
        found = _with_verb(parsed, k, verb) if kind == "VG" and not told else None
        if found is not None:
            return found
    if verb.object and not addressed and not told:
        return verb.object[0].start, False
    return None, False


def _with_verb(parsed: Parse, k: int, verb: Verb) -> tuple[int, bool] | None:
    """Of "said rebels had attacked" the clause without a word before it, by its verb group."""
    group, before = parsed.by_chunk[k], parsed.chunks[k - 1]
    if _is_reduced(parsed, k):
        return None
    if group.shape == "finite" and before.kind == "NP" and group.subject:
        return _group_start(parsed, k, verb), True
    if k == verb.chunk + 1 or before.kind == "NP":
        start = before.start if before.kind == "NP" else parsed.chunks[k].start
        return start, group.shape != "participle"
    return None


def _behind_mark(parsed: Parse, k: int) -> int | None:
    """Where the words begin that a comma, a colon or a quotation mark opens."""
    chunks = parsed.chunks
    opens = chunks[k].kind == '"' or (k + 1 < len(chunks) and chunks[k + 1].kind == '"') or chunks[k].first == ";"
    if opens and k + 2 < len(chunks) and any(v.chunk > k for v in parsed.verbs):
        return chunks[k].end
    return _behind_insertion(parsed, k)


def _is_reduced(parsed: Parse, k: int) -> bool:
    """Of "said in a report published on Thursday" the published: it hangs on the noun of a preposition."""
    hangs = parsed.chunks[k - 1].kind == "NP" and parsed.chunks[k - 2].kind == "P"
    return hangs and not parsed.by_chunk[k].subject


def _behind_insertion(parsed: Parse, k: int) -> int | None:
    """Of "said, without giving evidence, that ..." where the clause begins."""
    for j in range(k + 1, min(len(parsed.chunks) - 1, k + 1 + _ASIDE)):
        if parsed.chunks[j].kind == ",":
            return parsed.chunks[j + 1].end if _complementiser(parsed, j + 1) else None
        verb = parsed.by_chunk.get(j)
        if parsed.chunks[j].kind in {"C", "W", ";"} or (verb is not None and verb.shape == "finite"):
            return None
    return None


def _group_start(parsed: Parse, k: int, verb: Verb) -> int:
    subject = parsed.by_chunk[k].subject
    return max(verb.end, min((p.start for p in subject), default=parsed.chunks[k - 1].start))


def _stands_after_clause(parsed: Parse, verb: Verb) -> bool:
    return any(v.chunk < verb.chunk for v in parsed.verbs) or verb.start > _A_HEADLINE


def _report_end(parsed: Parse, start: int, speaking: Verb, words: SpeechWords) -> int:
    """Reported speech ends with the sentence, at a semicolon, at what else its speaker does, or where another speaks.

    Of "said that nobody was hit and accused the army" the accusing is the speaker's own deed.
    """
    for other in parsed.verbs:
        if other.start <= start or other.shape != "finite":
            continue
        if other.shares == speaking.chunk:
            return parsed.chunks[other.chunk - 1].start
        next_speaker = _begins_next_word(parsed, other, start, words)
        if next_speaker is not None:
            return next_speaker
    for chunk in parsed.chunks:
        if chunk.start > start and chunk.kind == ";" and parsed.sentence.words[chunk.start] == ";":
            return chunk.start
    return len(parsed.sentence)


def _begins_next_word(parsed: Parse, verb: Verb, start: int, words: SpeechWords) -> int | None:
    """Of "..., while the police said" the token where somebody else's word begins."""
    own = () if verb.subject_implied or verb.relative else verb.subject
    if not own or own[0].start <= start or (words.say | words.deny | words.accuse).isdisjoint(verb.lemmas):
        return None
    if own[0].start > verb.start:
        return None
    before = parsed.chunks[parsed.chunk_of_token[own[0].start] - 1]
    joins = before.kind == "C" or parsed.sentence.lowers[before.start] in words.contrasting
    return before.start if joins and before.start > start else None
