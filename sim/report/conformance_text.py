"""Texts of a report about conformance: what the replay judged, found and never exercised."""

# ruff: noqa: RUF001 - Chinese text has Chinese punctuation

from __future__ import annotations

from typing import Final

from sim.scenario.model import Text

CONFORMANCE: Final[dict[str, Text]] = {
    "conformance.none": Text(
        "Not applicable: the journeys of this scenario stand in the scenario itself and have no contract.",
        "不适用：本场景的办件写在场景内，没有契约。",
    ),
    "conformance.lead": Text(
        "Before the run, {citizens} synthetic citizens for each journey and edition replayed the journeys in process. "
        "Operations: {all}. Exercised: {exercised}; of these breaking a contract: {failed}. Not exercised: {omitted}; "
        "nothing is said of those.",
        "运行前，每个办件与版本由 {citizens} 名合成公民在进程内回放。{all} 个操作中"
        "演练了 {exercised} 个，其中 {failed} 个不符合契约；{omitted} 个未演练，不作结论。",
    ),
    "conformance.unfinished": Text(
        "{n} replayed journeys did not reach an end of their document.", "{n} 个回放办件未到达文档的终点。"
    ),
    "conformance.mocked": Text("Answered by: {systems}.", "应答方：{systems}。"),
    "conformance.mock": Text("{system} (mock)", "{system}（模拟）"),
    "conformance.mocks": Text("{n} mocks", "{n} 个模拟"),
    "conformance.examples": Text("{system} (examples of its contract alone)", "{system}（仅契约示例）"),
    "conformance.untrusted": Text(
        "{system} (examples of its contract alone: its mock was not loaded)", "{system}（仅契约示例，其模拟未加载）"
    ),
    "conformance.trust": Text(
        "Mocks are Python, and those of this catalog are not trusted: what they would have answered is not judged. "
        "--trust-mocks loads them.",
        "模拟程序是 Python 代码，本目录未获信任，因此未加载，其应答不在结论之内；可用 --trust-mocks 加载。",
    ),
    "junit.calls": Text("{failed} of {calls} calls failed", "{calls} 次调用中失败 {failed} 次"),
    "matrix": Text("Who keeps which interface", "各版本对各接口的符合情况"),
    "matrix.of": Text("of {n}", "/ {n}"),
    "systems": Text("The replay by system", "各系统回放结果"),
    "column.operations": Text("operations", "操作数"),
    "column.not_exercised": Text("not exercised", "未演练"),
    "matrix.note": Text(
        "One column an edition: the share of its calls that conform, of how many. ✕: calls failed by it; ○ with a "
        "share: breaches that no one tripped over; ○ -: not exercised. Empty: the edition has no such interface. First "
        "violation: the one that most calls have.",
        "每列一个版本：符合的调用比例及调用数。✕ 表示有调用因此失败；带比例的 ○ 表示未造成影响的不符；○ - 表示未演练；"
        "空白表示该版本无此接口。首要违反：出现次数最多者。",
    ),
    "column.first": Text("first violation", "首要违反"),
    "conformance.table": Text("Replay by operation and edition", "各操作与版本的回放结果"),
    "conformance.note": Text(
        "Share conforming: calls neither refused by the provider’s edition nor answered so that the consumer’s edition "
        "is broken at a field the journey reads.",
        "符合比例：既未被提供方版本拒绝、应答也未破坏办件所读字段的调用。",
    ),
    "column.contract": Text("contract", "契约"),
    "column.edition": Text("edition", "版本"),
    "edition.national": Text("national", "国家版"),
    "column.calls": Text("calls", "调用数"),
    "column.conforming": Text("conforming", "符合比例"),
    "column.refused": Text("refused", "被拒"),
    "column.breached": Text("answer broken", "应答不符"),
    "column.warned": Text("warnings", "警告"),
    "column.statuses": Text("statuses seen, of declared", "已见状态（占声明数）"),
    "statuses": Text("{seen}; {n} of {all}", "{seen}；{n}/{all}"),
    "statuses.none": Text("none of {all}", "0/{all}"),
    "unseen": Text("Statuses declared and not exercised", "已声明而未演练的状态"),
    "unseen.lead": Text(
        "Nothing is said of an operation’s behaviour in these cases.", "对操作在这些情形下的行为不作结论。"
    ),
    "column.unseen": Text("not exercised", "未演练"),
    "column.verdict": Text("verdict", "结论"),
    "verdict.pass": Text("pass", "通过"),
    "verdict.fail": Text("fail", "不通过"),
    "verdict.warning": Text("warning", "警告"),
    "verdict.error": Text("could not be decided", "无法判定"),
    "verdict.omit": Text("not exercised", "未演练"),
    "findings": Text("Findings", "发现"),
    "findings.more": Text(
        "The first {shown} of {all} kinds of finding; all are in the table conformance of the bundle.",
        "显示 {all} 类发现中的前 {shown} 类，其余见结果包。",
    ),
    "column.where": Text("where", "位置"),
    "column.rule": Text("rule", "规则"),
    "column.pointer": Text("pointer", "指针"),
    "column.expected": Text("expected", "期望"),
    "column.received": Text("received", "实际"),
    "column.count": Text("count", "次数"),
    "direction.request": Text("request", "请求"),
    "direction.response": Text("response", "应答"),
    "endings": Text("Actions of the journeys taken in the replay", "回放中办件所走的分支"),
    "endings.lead": Text(
        "{taken} of {all} actions were taken; {omitted} were not exercised.",
        "{all} 个分支中走过 {taken} 个，{omitted} 个未演练。",
    ),
    "endings.more": Text(
        "Shown are {shown}, those never taken first; all are in report.json and in the table endings of the bundle.",
        "显示 {shown} 个，未走过的在前；其余见 report.json 与结果包的 endings 表。",
    ),
    "column.journey_name": Text("journey", "办件"),
    "column.step": Text("step", "步骤"),
    "column.action": Text("action", "分支"),
    "column.taken": Text("taken", "次数"),
}
