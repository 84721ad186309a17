"""What checks say in English has its counterpart on the page in Chinese."""

# ruff: noqa: RUF001 - Chinese text has Chinese punctuation

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import sim.conformance
from sim.conformance.bench import Bench
from sim.report.trial.reason import SENTENCES, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(next(iter(sim.conformance.__path__)))
FILES = [
    *ROOT.glob("check/*.py"),
    *(ROOT / f"{name}.py" for name in ("bench", "intrusion", "mutation", "negative", "trace")),
    *(ROOT / "trial" / f"{name}.py" for name in ("judging", "run", "watch")),
    ROOT / "recorded" / "run.py",
]
NAMES = {"reason", "why", "told", "what", "NO_CALL", "NO_ERRAND", "NO_REQUEST", "_NONE", "_NOTHING", "_REMEDIES"}
POSITIONS = {"Found": 1, "refuses": 2, "flawed": 3}
PROBE = "a request without credentials"


def text_of(node: ast.expr) -> str | None:
    """The text of a literal; what a form fills in is one word, what it fills in first a request in words."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = [one.value if isinstance(one, ast.Constant) else None for one in node.values]
        if not any(str(part).strip() for part in parts if part is not None):
            return None  # put together of others
        filled = [PROBE if part is None and place == 0 else part or "X1" for place, part in enumerate(parts)]
        return "".join(str(one) for one in filled)
    return None


def literals(node: ast.expr | None) -> Iterator[str]:
    for one in ast.walk(node) if isinstance(node, ast.Dict | ast.IfExp | ast.Tuple) else [node]:
        told = text_of(one) if isinstance(one, ast.expr) else None
        if told and " " in told:
            yield told


def sentences(path: Path) -> Iterator[str]:
    """What a file tells of findings: literals where a sentence is asked for, or under a name that sentences have."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            place = POSITIONS.get(name)
            yield from literals(node.args[place] if place is not None and len(node.args) > place else None)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(one, ast.Name) and one.id in NAMES for one in targets):
                yield from literals(node.value)
        elif isinstance(node, ast.Yield) and path.stem == "mutation" and isinstance(node.value, ast.Tuple):
            yield from literals(node.value.elts[0])


def english(text: str) -> list[str]:
    """Words that nobody has translated: two and more letters in a row, but for names, options and variables."""
    kept = re.sub(r"--[a-z-]+|HOST:PORT|HTTP|If-Match|TONGBAN_[A-Z_]+|tongban|query-string|X1", "", text)
    return re.findall(r"[A-Za-z]{2,}", kept)


TOLD = sorted({one for path in FILES for one in sentences(path)})


def test_there_are_sentences_to_look_at() -> None:
    assert len(TOLD) > 80
    assert hasattr(Bench, "refuses")
    assert {PROBE, "the operation is public", "a callback did not come"} <= set(TOLD)


@pytest.mark.parametrize("told", TOLD)
def test_every_sentence_of_a_check_has_a_chinese_one(told: str) -> None:
    assert english(sentence(told, "zh")) == []
    assert sentence(told, "en") == told


@pytest.mark.parametrize(
    ("told", "chinese"),
    [
        ("the body of the answer breaks enum", "应答的正文违反 enum"),
        ("a request without /name was accepted", "缺少 /name 的请求被接受"),
        ("a request without the query parameter page got no answer, so nothing is known",
         "缺少查询参数 page 的请求没有得到应答，因此一无所知"),
        ("no errand of stay came to its end: the trial waited less than the journey says after say: see --wait-limit",
         "stay 没有一件办件到达终态：试验在 say 之后等待的时间短于办件的规定：参见 --wait-limit"),
        ("status at getCase: the status of the answer breaks status", "getCase 的 status：应答的状态码违反 status"),
        ("no whole answer within 2 s of silence", "2 s 静默时间内没有完整的应答"),
        ("body at getCase: a request whose /id is empty was answered otherwise",
         "getCase 的 body：/id 为空的请求得到了别的应答"),
        ("it needs what payment knows, which tongban plays and the system did not ask: serve it by --listen HOST:PORT "
         "and enter its address in the system", "它需要 payment 掌握的信息，该系统由 tongban 扮演而被测系统没有询问："
         "请用 --listen HOST:PORT 提供服务，并在被测系统中填写其地址"),
        ("what nobody has translated", "what nobody has translated"),
    ],
)  # fmt: skip
def test_what_a_sentence_quotes_stays(told: str, chinese: str) -> None:
    assert sentence(told, "zh") == chinese


@pytest.mark.parametrize("one", SENTENCES, ids=lambda one: one.en)
def test_both_languages_quote_the_same(one: object) -> None:
    en, zh = getattr(one, "en"), getattr(one, "zh")  # noqa: B009 - of any text
    assert sorted(re.findall(r"\{[a-z]+\}", en)) == sorted(re.findall(r"\{[a-z]+\}", zh))
