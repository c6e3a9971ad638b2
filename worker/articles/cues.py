"""Words by which pages betray lines and bodies that are no journalism: lists, in the languages most read.

Everything is in lower case with plain apostrophes. A cue stands at the start of a line (related, promotion, credits)
or anywhere in a short body (consent, barrier, challenge). Written down from newspapers' own pages; add a language by
adding its words. A list is short on purpose: what one outlet prints under every article is found by its recurring
(:mod:`worker.articles.boilerplate`), not listed here.
"""

# ruff: noqa: RUF001 - letters of other alphabets are meant as they stand

from __future__ import annotations

RELATED = (
    # English
    "read more", "read also", "read next", "also read", "see also", "more on this", "more from", "more stories",
    "related", "recommended", "don't miss", "you may also like", "you might also like", "watch", "listen to",
    "most read", "trending", "up next", "what to read next", "editor's picks", "in pictures", "view comments",
    # Spanish, Portuguese, Italian, French, Romanian
    "lea también", "lee también", "lea más", "leer más", "te puede interesar", "ver también", "vea también",
    "más información", "noticias relacionadas", "leia também", "leia mais", "saiba mais", "veja também",
    "leggi anche", "leggi di più", "lire aussi", "à lire aussi", "lire la suite", "voir aussi", "sur le même sujet",
    "citește și", "citeşte şi",
    # German, Dutch, Danish, Norwegian, Swedish, Finnish
    "lesen sie auch", "mehr zum thema", "mehr dazu", "auch interessant", "weiterlesen", "lees ook", "lees meer",
    "læs også", "les også", "läs också", "läs även", "lue myös",
    # Polish, Czech, Hungarian, Croatian, Serbian, Turkish
    "czytaj też", "czytaj także", "zobacz także", "přečtěte si také", "čtěte také", "olvasta már", "pročitajte i",
    "прочитајте и", "ayrıca okuyun", "bunlar da ilginizi çekebilir",
    # Russian, Ukrainian, Bulgarian, Greek
    "читайте также", "читать также", "смотрите также", "по теме", "читайте також", "дивіться також", "прочетете още",
    "διαβάστε επίσης", "διαβάστε ακόμα",
    # Arabic, Persian, Hebrew, Hindi, Indonesian, Vietnamese
    "اقرأ أيضا", "اقرأ أيضاً", "شاهد أيضا", "بیشتر بخوانید", "קראו גם", "यह भी पढ़ें", "baca juga", "lihat juga",
    "xem thêm",
    # Chinese, Japanese, Korean
    "相关阅读", "相关新闻", "延伸阅读", "延伸閱讀", "相關新聞", "関連記事", "あわせて読みたい", "관련기사", "관련 기사",
)  # fmt: skip
"""Openings of lines that lead to other articles."""

PROMOTION = (
    "follow us", "follow him on", "follow her on", "follow them on", "like us on", "join us on", "share this",
    "sign up for", "sign up to", "subscribe to", "subscribe now", "get our newsletter", "download our app",
    "download the app", "click here to", "support our journalism", "tell us what you think", "leave a comment",
    "post a comment", "join the conversation", "filed under", "tags:", "tagged:", "topics:", "keywords:",
    "all rights reserved", "copyright ©", "©", "this material may not be published",
    "síguenos", "suscríbete", "suscribase", "comparte", "etiquetas:", "siga-nos", "assine", "inscreva-se", "tags",
    "suivez-nous", "abonnez-vous", "partager", "mots-clés", "folgen sie uns", "jetzt abonnieren", "abonnieren sie",
    "teilen", "schlagworte", "seguici su", "iscriviti", "condividi", "volg ons", "följ oss", "obserwuj nas",
    "подписывайтесь", "подпишитесь", "підписуйтесь", "підписуйтеся", "تابعنا", "تابعونا", "ikuti kami", "bizi takip",
    "comments", "comentarios", "comentários", "commentaires", "kommentare",
)  # fmt: skip
"""Openings of the lines under an article that advertise the outlet, its channels or its reader's comments."""

CONSENT = (
    "we use cookies", "use of cookies", "we and our partners", "our partners store", "accept all cookies",
    "manage your consent", "consent to the use", "your privacy choices", "we value your privacy", "cookie policy",
    "utilizamos cookies", "usamos cookies", "política de cookies", "aceptar todas", "aceitar todos",
    "nous utilisons des cookies", "nos partenaires", "accepter et fermer", "verwenden cookies",
    "cookies zu akzeptieren", "mit werbung", "unsere partner", "einwilligung", "utilizziamo i cookie",
    "nostri partner", "nuestros socios", "nossos parceiros",
    "gebruiken cookies", "onze partners", "używamy plików cookie", "plików cookies",
    "vi bruger cookies", "vi använder cookies", "vi bruker informasjonskapsler", "používáme cookies",
    "мы используем cookie", "мы используем файлы cookie", "файлы cookie", "çerez", "kami menggunakan cookie",
    "クッキーを使用", "使用cookie",
)  # fmt: skip
"""Wordings of consent walls. Two of them in a short body, or one that opens it, make a wall."""

BARRIER = (
    "subscribe to continue", "subscribe to read", "subscribers only", "for subscribers", "subscriber-only",
    "to continue reading", "continue reading this article", "already a subscriber", "log in to read",
    "register to read", "create a free account to", "this article is reserved", "exclusive to subscribers",
    "unlock this article", "premium content",
    "para seguir leyendo", "solo para suscriptores", "contenido exclusivo para", "ya eres suscriptor",
    "conteúdo exclusivo para assinantes", "para continuar lendo", "já é assinante",
    "réservé aux abonnés", "pour lire la suite", "il vous reste", "article réservé", "déjà abonné",
    "weiterlesen mit", "nur für abonnenten", "jetzt weiterlesen", "exklusiv für abonnenten", "diesen artikel lesen",
    "contenuto riservato agli abbonati", "per continuare a leggere", "sei già abbonato", "om verder te lezen",
    "alleen voor abonnees", "dla prenumeratorów", "aby czytać dalej", "för prenumeranter", "kun for abonnenter",
    "для подписчиков", "доступно по подписке", "チケット", "会員限定", "有料会員", "付费阅读",
)  # fmt: skip
"""Wordings of paywalls and registration walls, near the end of what is shown."""

CHALLENGE = (
    "enable javascript", "javascript is disabled", "javascript is required", "turn on javascript",
    "checking your browser", "verify you are human", "are you a robot", "unusual traffic", "access denied",
    "ad blocker", "disable your adblocker", "please enable cookies", "active javascript", "habilite javascript",
    "activez javascript", "aktivieren sie javascript", "включите javascript", "javascript を有効",
)  # fmt: skip
"""Wordings of pages that show a browser nothing until it has run a script."""
