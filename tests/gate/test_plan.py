"""The plan is a pure function of the feature files and of what is asked; it never looks at what pytest collects."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nameraka.feature_files import read_features
from nameraka.plan import Plan, canonical, make_plan, parse_shard, quick_canonical, sha256, shard_of
from nameraka.shapes import Malformed

CHAT = """# language: ja
@CH-01
機能: チャット
  ルール: 受け付けたメッセージは失われない
    @critical
    シナリオ: 送信
      もし 患者が「薬」と送信する
      ならば 届く
    @web
    シナリオアウトライン: 長さ <n>
      もし 患者が<n>文字を送信する
      ならば 届く
      例:
        | n   |
        | 1   |
        | 500 |
  @proposed
  シナリオ: あす
    もし 何かをする
    ならば 何かになる
"""


def plan_of(root: Path, **changes: Any) -> Plan:
    asked = {
        "environment": "embedded",
        "build": "sha256:" + "b" * 64,
        "run_id": "r",
        "created": "2026-01-02T03:04:05+00:00",
    }
    return make_plan(read_features(root, root / "features"), **{**asked, **changes})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "features" / "chat"
    folder.mkdir(parents=True)
    (folder / "受付.feature").write_text(CHAT, "utf-8")
    return tmp_path


def test_every_scenario_row_and_door_is_due_and_nothing_proposed_is(project: Path) -> None:
    plan = plan_of(project)
    assert [item.id.partition("::")[2] for item in plan.items] == [
        "送信[api]",
        "送信[web]",
        "長さ <n>[1|web]",
        "長さ <n>[500|web]",
    ]
    assert [id.partition("::")[2] for id in plan.proposed] == ["あす[api]", "あす[web]"]


def test_an_item_says_what_it_is(project: Path) -> None:
    row = plan_of(project).items[3]
    assert (row.feature, row.rule, row.scenario) == (
        "features/chat/受付.feature",
        "受け付けたメッセージは失われない",
        "長さ 500",
    )
    assert (row.row, row.door, row.criteria, row.severity) == ({"n": "500"}, "web", ("CH-01",), "major")
    assert (row.language, row.sentences, plan_of(project).items[0].severity) == ("ja", 2, "critical")


def test_the_same_files_and_questions_give_the_same_digest(project: Path) -> None:
    assert plan_of(project).digest == plan_of(project, run_id="another", created="2027-01-01T00:00:00+00:00").digest


@pytest.mark.parametrize(
    "change",
    [{"environment": "staging"}, {"build": None}, {"shards": 2}, {"commit": "0" * 40}, {"uncommitted": True}],
    ids=str,
)
def test_another_question_gives_another_digest(project: Path, change: dict[str, Any]) -> None:
    assert plan_of(project).digest != plan_of(project, **change).digest


def test_the_files_that_decide_the_verdict_are_named_beside_the_features(project: Path) -> None:
    plan = plan_of(project, digests={"policy": "sha256:1", "register": "sha256:2"})
    assert plan.digests == {**plan_of(project).digests, "policy": "sha256:1", "register": "sha256:2"}
    assert plan.digest != plan_of(project, digests={"policy": "sha256:3", "register": "sha256:2"}).digest


def test_a_changed_sentence_changes_its_items_digest_and_no_others(project: Path) -> None:
    before = plan_of(project)
    path = project / "features" / "chat" / "受付.feature"
    path.write_text(CHAT.replace("「薬」", "「痛み」"), "utf-8")
    after = plan_of(project)
    changed = [one.id for one, other in zip(before.items, after.items, strict=True) if one.digest != other.digest]
    assert [id.partition("::")[2] for id in changed] == ["送信[api]", "送信[web]"]
    assert before.digests != after.digests


def test_moving_lines_changes_no_id(project: Path) -> None:
    before = plan_of(project)
    (project / "features" / "chat" / "受付.feature").write_text(
        CHAT.replace("    @critical\n", "\n    # why\n    @critical\n"), "utf-8"
    )
    assert [item.id for item in before.items] == [item.id for item in plan_of(project).items]


def test_a_plan_read_back_is_the_plan(project: Path) -> None:
    plan = plan_of(project, commit="0" * 40, shards=3)
    assert Plan.from_json(plan.to_json()) == plan


def test_a_plan_that_was_edited_is_refused(project: Path) -> None:
    document = json.loads(plan_of(project).to_json())
    document["items"].pop()
    with pytest.raises(Malformed, match="changed after it was written"):
        Plan.from_json(json.dumps(document).encode())


@pytest.mark.parametrize(
    "change", [{"schema": 1}, {"items": None, "shards": -1}, {"shards": 10**9}, {"run_id": ""}], ids=str
)
def test_a_plan_of_another_shape_is_refused(project: Path, change: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        Plan.from_json(json.dumps({**json.loads(plan_of(project).to_json()), **change}).encode())


def test_every_item_belongs_to_exactly_one_shard_and_shards_are_about_even() -> None:
    ids = [f"features/a.feature::場面{number}[api]" for number in range(3_000)]
    sizes = Counter(shard_of(id, 3) for id in ids)
    assert set(sizes) == {1, 2, 3}
    assert all(900 < size < 1_100 for size in sizes.values())


@pytest.mark.parametrize("text", ["", "1", "of2", "0of2", "3of2", "1of", "1 of 2", "-1of2", "１of２"])
def test_what_is_no_shard_is_refused(text: str) -> None:
    assert parse_shard("2of3") == (2, 3)
    with pytest.raises(ValueError, match="is no shard"):
        parse_shard(text)


TEXTS = st.text(st.characters(exclude_categories=[]), max_size=5)
FRACTIONS = st.floats(0.0001, 10**15) | st.floats(0, 10**9).map(lambda value: round(value, 3))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | FRACTIONS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(value=VALUES)
def test_the_quick_spelling_is_the_usual_one(value: object) -> None:
    assert quick_canonical(value) == canonical(value)


def test_a_plan_has_the_digest_of_its_usual_spelling(project: Path) -> None:
    for made in (plan_of(project), plan_of(project, environment="\udcff")):
        written = json.loads(made.to_json())
        content = {name: value for name, value in written.items() if name not in ("digest", "run_id", "created")}
        assert made.digest == sha256(canonical(content))
        assert Plan.from_json(made.to_json()) == made
