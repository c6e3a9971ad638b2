from __future__ import annotations

import pytest

from worker.articles.language import language_of, primary_subtag

TEXTS = {
    "en": "The council voted on Monday to close the old bridge after engineers found cracks in two of its piers, and traffic was sent along the coast.",
    "es": "El ayuntamiento vot\u00f3 el lunes el cierre del viejo puente despu\u00e9s de que los ingenieros hallaran grietas en dos de sus pilares.",
    "fr": "Le conseil municipal a vot\u00e9 lundi la fermeture du vieux pont apr\u00e8s que des ing\u00e9nieurs ont d\u00e9couvert des fissures dans deux piles.",
    "de": "Der Stadtrat beschloss am Montag, die alte Br\u00fccke zu sperren, nachdem Ingenieure Risse in zwei ihrer Pfeiler gefunden hatten.",
    "pt": "A c\u00e2mara votou na segunda-feira o encerramento da velha ponte depois de os engenheiros encontrarem fissuras em dois dos pilares.",
    "ru": "\u0413\u043e\u0440\u043e\u0434\u0441\u043a\u043e\u0439 \u0441\u043e\u0432\u0435\u0442 \u0432 \u043f\u043e\u043d\u0435\u0434\u0435\u043b\u044c\u043d\u0438\u043a \u0440\u0435\u0448\u0438\u043b \u0437\u0430\u043a\u0440\u044b\u0442\u044c \u0441\u0442\u0430\u0440\u044b\u0439 \u043c\u043e\u0441\u0442, \u043f\u043e\u0441\u043b\u0435 \u0442\u043e\u0433\u043e \u043a\u0430\u043a \u0438\u043d\u0436\u0435\u043d\u0435\u0440\u044b \u043d\u0430\u0448\u043b\u0438 \u0442\u0440\u0435\u0449\u0438\u043d\u044b \u0432 \u0434\u0432\u0443\u0445 \u043e\u043f\u043e\u0440\u0430\u0445.",
    "ar": "\u0635\u0648\u062a \u0627\u0644\u0645\u062c\u0644\u0633 \u064a\u0648\u0645 \u0627\u0644\u0627\u062b\u0646\u064a\u0646 \u0639\u0644\u0649 \u0625\u063a\u0644\u0627\u0642 \u0627\u0644\u062c\u0633\u0631 \u0627\u0644\u0642\u062f\u064a\u0645 \u0628\u0639\u062f \u0623\u0646 \u0627\u0643\u062a\u0634\u0641 \u0627\u0644\u0645\u0647\u0646\u062f\u0633\u0648\u0646 \u062a\u0634\u0642\u0642\u0627\u062a \u0641\u064a \u0627\u062b\u0646\u064a\u0646 \u0645\u0646 \u0623\u0639\u0645\u062f\u062a\u0647.",
    "ja": "\u5e02\u8b70\u4f1a\u306f\u6708\u66dc\u65e5\u3001\u6280\u8853\u8005\u304c\u6a4b\u811a\u306b\u3072\u3073\u5272\u308c\u3092\u898b\u3064\u3051\u305f\u305f\u3081\u3001\u53e4\u3044\u6a4b\u3092\u9589\u9396\u3059\u308b\u3053\u3068\u3092\u6c7a\u5b9a\u3057\u305f\u3002",
}


@pytest.mark.parametrize("language", TEXTS)
def test_the_text_tells_its_language_against_a_wrong_label(language: str) -> None:
    wrong = "en" if language != "en" else "de"
    assert language_of(TEXTS[language] * 2, wrong) == language
    assert language_of(TEXTS[language] * 2) == language


@pytest.mark.parametrize(
    ("text", "labels", "language"),
    [
        ("", ("en-GB",), "en"),
        ("", (None, "", "pt_BR"), "pt"),
        ("", (), None),
        ("12:30 \u2014 45", ("es",), "es"),
        ("Goma", ("fr",), "fr"),
        ("Goma", (), None),
    ],
)
def test_a_label_speaks_where_the_text_is_too_short(
    text: str, labels: tuple[str | None, ...], language: str | None
) -> None:
    assert language_of(text, *labels) == language


def test_between_siblings_the_label_decides() -> None:
    bosnian = "Vlada je u ponedjeljak odlu\u010dila zatvoriti stari most nakon \u0161to su in\u017eenjeri na\u0161li pukotine na dva stuba, a saobra\u0107aj je preusmjeren."
    assert language_of(bosnian, "bs") == "bs"
    assert language_of(bosnian, "hr") == "hr"


def test_the_answer_is_the_same_every_time() -> None:
    assert len({language_of(TEXTS["de"]) for _ in range(20)}) == 1


@pytest.mark.parametrize(
    ("tag", "language"),
    [("en-GB", "en"), ("PT_br", "pt"), ("zh-Hant-TW", "zh"), ("eng", None), ("", None), (None, None), ("x", None)],
)
def test_tags_are_cut_to_their_language(tag: str | None, language: str | None) -> None:
    assert primary_subtag(tag) == language
