"""The catalogues: the same keys and the same blanks in both languages, nothing missing and nothing left over."""

import re
from pathlib import Path

from pharmacy import pages
from pharmacy.pages.catalogue import DEFAULT_LANGUAGE, LANGUAGES, language_of, texts

FOLDER = Path(pages.__file__).parent
BLANK = re.compile(r"\{(\w+)\}")


def sources() -> str:
    files = [*FOLDER.glob("static/*.js"), *FOLDER.glob("templates/*.html")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_every_language_has_the_same_keys() -> None:
    japanese, english = (texts(language) for language in LANGUAGES)
    assert set(japanese) == set(english)


def test_a_text_has_the_same_blanks_in_every_language() -> None:
    japanese, english = (texts(language) for language in LANGUAGES)
    different = [key for key in japanese if sorted(BLANK.findall(japanese[key])) != sorted(BLANK.findall(english[key]))]
    assert different == []


def test_no_text_is_empty() -> None:
    assert [(language, key) for language in LANGUAGES for key, words in texts(language).items() if not words] == []


def test_every_key_that_a_page_names_exists() -> None:
    named = set(re.findall(r"""\bt\(["']([\w.]+)["'][,)]""", sources()))
    assert named > {"chat.send", "thread.reply.send"}, "the pattern finds no keys any more"
    assert named - set(texts("ja")) == set()


def test_every_text_is_used_by_some_page() -> None:
    code = sources()
    # Keys made of parts, `urgency.${…}` or "denied." ~ reason: their beginning (and end) must stand in the code.
    parts = set(re.findall(r"""["'`]([a-z_.]+\.)(?:["']\s*~|\$\{)""", code))
    unused = [
        key
        for key in texts("ja")
        if not re.search(rf"""["'`]{re.escape(key)}["'`]""", code) and not key.startswith(tuple(parts))
    ]
    assert unused == []


def test_without_a_choice_the_pages_are_japanese() -> None:
    assert DEFAULT_LANGUAGE == "ja"
    assert [language_of(choice) for choice in (None, "", "xx", "en")] == ["ja", "ja", "ja", "en"]
