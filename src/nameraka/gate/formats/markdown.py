"""Markdown: the verdict for a step summary or a comment, as GitHub and GitLab show it.

What comes from evidence stands in code spans, word by word where it is mixed into prose. There no reader takes it for
markup, a link, a mention, a reference, a formula or a command.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final, TypeVar

from nameraka.gate.formats.document import Document, findings, headline, plain, say, subject
from nameraka.gate.text import Text
from nameraka.gate.words import REQUIREMENT_STATES, SEVERITIES, called

T = TypeVar("T")

SUMMARY_LIMIT: Final = 1024 * 1024 - 1024
"""Bytes. GitHub drops a step summary of more than 1 MiB, also when a former step wrote a part of it."""
COMMENT_LIMIT: Final = 65_536 - 1024
"""Bytes, where GitHub counts characters."""

_ROWS: Final = (1_000, 300, 100, 30, 10, 3, 1, 0)
_OPEN: Final = 10
"""Rows in sight; the rest is folded."""

# As in the terminal; signs that need no font of their own.
_MARKS: Final = {"go": "✓", "no-go": "✗", "unknown": "?"}
_STATE_MARKS: Final = {"verified": "✓", "failed": "✗", "waived": "!", "proposed": "·"}
_NOTES: Final[Mapping[str, Text]] = {
    "break-glass": Text("Break-glass", "緊急の免除"),
    "bootstrap": Text("First release", "初回リリース"),
    "waiver": Text("Waiver in use", "適用中の免除"),
    "switched-off": Text("Rule switched off", "無効なルール"),
    "expires-soon": Text("Expires soon", "まもなく期限切れ"),
    "pass-rate": Text("Within the pass rate", "成功率の範囲内"),
    "flaky": Text("Flaky", "不安定"),
    "not-run-here": Text("Not run here", "この環境では実施せず"),
}
"""In the order in which a reader has to know of them."""


def markdown(document: Document, language: str = "en") -> str:
    """The whole explanation, for a step summary: less than 1 MiB however much there is to tell."""
    return _fitting(document, language, SUMMARY_LIMIT, short=False)


def comment(document: Document, language: str = "en") -> str:
    """The same cut short, for a comment on a merge request: less than 65,536 bytes."""
    return _fitting(document, language, COMMENT_LIMIT, short=True)


def _fitting(document: Document, language: str, limit: int, *, short: bool) -> str:
    """As many rows of each list as fit; each list says how many it leaves out."""
    for rows in _ROWS:
        text = "\n".join(_Page(document, language, rows, short).lines()) + "\n"
        if len(text.encode()) <= limit:
            return text
    bare = _Page(document, language, 0, short)
    return "\n".join([*bare.head(), *bare.left_out(sum(1 for _ in findings(document)))]) + "\n"


class _Page:
    """One rendering: ``rows`` is the most that any list shows."""

    def __init__(self, document: Document, language: str, rows: int, short: bool) -> None:
        self.document = document
        self.language = language
        self.rows = rows
        self.short = short

    def lines(self) -> Iterator[str]:
        yield from self.head()
        for section in (self.why, self.unblock, self.requirements, self.notes):
            yield from section()
        if not self.short:
            yield from self.grounds()

    def head(self) -> Iterator[str]:
        answer = self.document["verdict"]
        yield f"## {_MARKS.get(answer, '?')} {_prose(answer)}: {_prose(headline(self.document).say(self.language))}"
        yield ""
        facts = [
            (Text("Environment", "環境"), self.document["environment"]),
            (Text("Build", "ビルド"), self.document["build"]),
            (Text("Commit", "コミット"), self.document["commit"]),
        ]
        known = [f"**{self.say(name)}** {_code(value)}" for name, value in facts if value is not None]
        if self.document["uncommitted"]:
            known.append(f"**{self.say(Text('with uncommitted changes', 'コミットされていない変更あり'))}**")
        if known:
            yield " · ".join(known)
            yield ""
        glass = [note for note in self.document["notes"] if note["kind"] == "break-glass"]
        if glass:
            yield f"> **! {self.say(_NOTES['break-glass'])} {len(glass)}**"
            yield from (f"> - {self.note(note)}" for note in glass[: self.rows])
            yield ""

    def why(self) -> Iterator[str]:
        broken = [rule for rule in self.document["rules"] if rule["findings"]]
        if not broken:
            return
        yield f"### {self.say(Text('Why', '理由'))}"
        for rule in broken:
            found = rule["findings"]
            yield ""
            count = Text(f"{len(found)} finding{'s' * (len(found) != 1)}", f"指摘{len(found)}件")
            yield f"**{_prose(say(rule['statement'], self.language))}** {_code(rule['name'])} — {self.say(count)}"
            yield ""
            yield from self.folded(found, self.finding)
        yield ""

    def finding(self, finding: Mapping[str, Any]) -> str:
        about = subject(finding)
        told = _prose(say(finding["what"], self.language))
        beside = [_code(finding[name]) for name in ("requirement", "file") if finding[name] not in (None, about)]
        if finding["severity"]:
            beside.insert(0, self.term(finding["severity"], SEVERITIES))
        if finding["fingerprint"]:
            beside.append(f"{self.say(Text('cause', '原因'))} {_code(finding['fingerprint'])}")
        parts = [_MARKS.get(finding["effect"], "?"), f"{_code(about)} — {told}" if about else told]
        if beside:
            parts.append(f"({' · '.join(beside)})")
        return "- " + " ".join(parts)

    def unblock(self) -> Iterator[str]:
        actions = self.document["unblock"]
        if not actions:
            return
        yield f"### {self.say(Text('What would unblock', '判定を変えるには'))}"
        yield ""
        yield from self.folded(list(enumerate(actions, 1)), self.action)
        yield ""

    def action(self, numbered: tuple[int, Mapping[str, Any]]) -> str:
        number, one = numbered
        settles = self.say(Text(f"settles {one['settles']}", f"{one['settles']}件が解消"))
        return f"{number}. {_prose(say(one['action'], self.language))} — {settles}"

    def requirements(self) -> Iterator[str]:
        every = self.document["requirements"]
        if not every:
            return
        order = list(REQUIREMENT_STATES)
        grave = list(SEVERITIES)
        counts = Counter(one["state"] for one in every)
        told = [f"{self.term(state, REQUIREMENT_STATES)} {counts[state]}" for state in order if counts[state]]
        yield f"### {self.say(Text('Requirements', '要件'))}"
        yield ""
        yield " · ".join(told)
        yield ""
        ranked = sorted(every, key=lambda one: (_place(one["state"], order), _place(one["severity"], grave)))
        open_ones = [one for one in ranked if one["state"] not in ("verified", "proposed")]
        if open_ones:
            yield from self.table(open_ones)
            yield ""
        if not self.short:
            for state in ("verified", "proposed"):
                ones = [one for one in ranked if one["state"] == state]
                if ones and self.rows:
                    title = f"{self.term(state, REQUIREMENT_STATES)} {len(ones)}"
                    yield from _details(title, self.table(ones))
                    yield ""

    def table(self, ones: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        columns = (
            Text("Requirement", "要件"),
            Text("What must be true", "満たすべきこと"),
            Text("Severity", "重大度"),
            Text("State", "状態"),
            Text("Scenarios", "シナリオ数"),
        )
        yield "| " + " | ".join(self.say(column) for column in columns) + " |"
        yield "|---|---|---|---|--:|"
        for one in ones[: self.rows]:
            statement = one["ja" if self.language == "ja" else "en"]
            cells = (
                _code(one["id"]),
                _prose(plain(statement)) if statement else "",
                self.term(one["severity"], SEVERITIES),
                f"{_STATE_MARKS.get(one['state'], '?')} {self.term(one['state'], REQUIREMENT_STATES)}",
                str(len(one["items"])),
            )
            yield "| " + " | ".join(cells) + " |"
        yield from self.left_out(len(ones) - self.rows)

    def notes(self) -> Iterator[str]:
        order = list(_NOTES)
        notes = [note for note in self.document["notes"] if note["kind"] != "break-glass"]
        if not notes:
            return
        yield f"### {self.say(Text('Exceptions and notes', '例外と注意'))}"
        yield ""
        yield from self.folded(
            sorted(notes, key=lambda note: _place(note["kind"], order)),
            lambda note: f"- **{self.term(note['kind'], _NOTES)}** {self.note(note)}",
        )
        yield ""

    def note(self, note: Mapping[str, Any]) -> str:
        about = " ".join(_code(note[name]) for name in ("requirement", "item") if note[name])
        return " — ".join(one for one in (about, _prose(say(note["text"], self.language))) if one)

    def grounds(self) -> Iterator[str]:
        """What the verdict rests on."""
        facts = {
            Text("Run", "実行"): self.document["run_id"],
            Text("Planned", "計画"): self.document["planned_at"],
            Text("Ended", "終了"): self.document["ended_at"],
            Text("Judged", "判定"): self.document["created"],
            Text("Plan", "計画のダイジェスト"): self.document["plan"],
        }
        rows = [f"- {self.say(name)} {_code(value)}" for name, value in facts.items() if value is not None]
        rows += [f"- {_code(one['name'])} {_code(one['digest'])}" for one in self.document["inputs"].values()]
        rows.append(f"- {self.say(Text('Files of evidence', '証拠ファイル'))} {len(self.document['files'])}")
        off = [rule["name"] for rule in self.document["rules"] if not rule["selected"]]
        if off:
            named = ", ".join(_code(name) for name in off[: self.rows])
            rows.append(f"- {self.say(Text('Rules switched off', '無効なルール'))} ({len(off)}) {named}")
        yield from _details(self.say(Text("What this rests on", "判定の根拠")), rows)

    def folded(self, ones: Sequence[T], line: Callable[[T], str]) -> Iterator[str]:
        """The first in sight, the others in a fold (a comment has none), and how many are left out."""
        in_sight = min(_OPEN, self.rows)
        folded = ones[in_sight : self.rows] if not self.short else ()
        yield from map(line, ones[:in_sight])
        if folded:
            more = Text(f"{len(folded)} more", f"ほか{len(folded)}件")
            yield ""
            yield from _details(self.say(more), map(line, folded))
        yield from self.left_out(len(ones) - in_sight - len(folded))

    def left_out(self, count: int) -> Iterator[str]:
        if count > 0:
            told = Text(f"… and {count} more: see verdict.json", f"… ほか{count}件は verdict.json にあります")
            yield ""
            yield _prose(self.say(told))

    def say(self, text: Text) -> str:
        return text.say(self.language)

    def term(self, term: str, words: Mapping[str, Text]) -> str:
        """What a term is called; one that is not known is data."""
        return _prose(self.say(called(term, words)))


def _place(term: str, order: Sequence[str]) -> int:
    """Where a term stands; one that is not known stands first."""
    return order.index(term) if term in order else -1


def _details(title: str, rows: Iterable[str]) -> Iterator[str]:
    yield f"<details><summary>{title}</summary>"
    yield ""
    yield from rows
    yield ""
    yield "</details>"


# A word of prose: letters and digits, whatever is not ASCII, joined by hyphen, apostrophe or, in numbers, a point; marks
# around it. No character fits two places, so a long word that is none is found out at once.
_WORD: Final = re.compile(
    r"""["'(]* (?: [A-Za-z0-9] | [^\x00-\x7f] | (?<=[A-Za-z0-9])[-'](?=[A-Za-z0-9]) | (?<=\d)[.,:](?=\d) )+
        ["')]* (?: [.,;:!?]+ ["')]* )?""",
    re.VERBOSE,
)
# In what looks like one: commits, GH-1 and its like, which readers make links of, and the beginning of a list.
_NO_WORD: Final = re.compile(r"[0-9a-fA-F]{7,}|[A-Za-z]-\d|^\d+[.)]$")
_GAPS: Final = re.compile(r"([ （）「」『』。、：；]+)")


def _prose(text: str) -> str:
    """``text`` with each word that is not plainly a word in a code span, neighbours in one."""
    pieces = _GAPS.split(plain(text).strip())
    told = []
    for coded, group in groupby(_with_gaps(pieces), key=lambda piece: piece[0]):
        run = "".join(piece for _, piece in group)
        told.append(_code(run) if coded else run)
    return "".join(told)


def _with_gaps(pieces: Sequence[str]) -> Iterator[tuple[bool, str]]:
    """Each piece with whether it needs code; a gap between two that do goes with them."""
    technical = [place % 2 == 0 and bool(piece) and not _is_word(piece) for place, piece in enumerate(pieces)]
    for place, piece in enumerate(pieces):
        joined = piece == " " and 0 < place < len(pieces) - 1 and technical[place - 1] and technical[place + 1]
        yield technical[place] or joined, piece


def _is_word(piece: str) -> bool:
    return _WORD.fullmatch(piece) is not None and _NO_WORD.search(piece) is None


def _code(text: str) -> str:
    """``text`` as a code span. A pipe stands outside as an entity: in a cell of a table it would end the cell."""
    return "&#124;".join(_span(part) for part in plain(text).split("|"))


def _span(text: str) -> str:
    if not text:
        return ""
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    edge = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{fence}{edge}{text}{edge}{fence}"
