"""Every text that a chart shows, in English and Chinese, in one table.

Terms that scenarios share (channels, ways to end) stand here too; a name that is no such term is shown as it is.
"""

# ruff: noqa: RUF001 - Chinese text has Chinese punctuation

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.scenario.model import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

TEXTS: Final[dict[str, Text]] = {
    "throughput.title": Text("Journeys begun and finished over the day", "全天办件发起与办结"),
    "throughput.axis": Text("journeys per hour", "每小时办件数"),
    "throughput.short_axis": Text("per hour", "每小时"),
    "throughput.all": Text("All journeys", "全部办件"),
    "throughput.begun": Text("begun", "发起"),
    "throughput.finished": Text("finished", "办结"),
    "throughput.message": Text(
        "Most journeys begin at {peak}: {begun} an hour; {finished} an hour are finished then. "
        "Over the whole window {total} begin.",
        "{peak} 发起最多：每小时 {begun} 件，同时每小时办结 {finished} 件。整个时段共发起 {total} 件。",
    ),
    "throughput.none": Text("No journey begins in the measured window.", "统计时段内没有办件发起。"),
    "waiting.title": Text("Waiting time over the day by station", "各环节全天等候时间"),
    "waiting.axis": Text("waiting time, {unit}", "等候时间（{unit}）"),
    "waiting.axis.wide": Text("log. scale", "对数刻度"),
    "waiting.objective": Text("objective {statistic} ≤ {value}: {outcome}", "目标 {statistic} ≤ {value}：{outcome}"),
    "waiting.least": Text("objective {statistic} ≥ {value}: {outcome}", "目标 {statistic} ≥ {value}：{outcome}"),
    "waiting.met": Text("met, {value}", "达到，{value}"),
    "waiting.missed": Text("missed, {value}", "未达到，{value}"),
    "waiting.no data": Text("no data", "无数据"),
    "waiting.message": Text(
        "The longest waits are at {station}: for arrivals at {peak}, 95\N{NO-BREAK SPACE}% of those served wait "
        "at most {value}.",
        "等候最长的是{station}：{peak} 到达者中 95\N{NO-BREAK SPACE}% 的等候不超过 {value}。",
    ),
    "waiting.none": Text("No one waits longer than {value} at any station.", "所有环节的等候均不超过 {value}。"),
    "waiting.quiet": Text("p95 at most {value} all day: {stations}.", "全天 p95 不超过 {value}：{stations}。"),
    "waiting.quiet.many": Text(
        "p95 is at most {value} all day at {n} other stations.", "其余 {n} 个环节全天 p95 不超过 {value}。"
    ),
    "waiting.idle.many": Text("No one was served at {n} stations.", "{n} 个环节无人办理。"),
    "waiting.idle": Text("No one was served at: {stations}.", "无人办理：{stations}。"),
    "divisions.title": Text("Waiting time from platform to platform", "各平台等候时间"),
    "divisions.axis": Text("p95 of the waiting time, {unit}; {interval}", "等候时间 p95（{unit}）；{interval}"),
    "divisions.interval": Text("{level} intervals up to ± {value}", "{level} 区间最宽 ± {value}"),
    "divisions.limit": Text("{note}; framed: above the objective, {value}", "{note}；红框：超过目标 {value}"),
    "divisions.message": Text(
        "At {station}, 95\N{NO-BREAK SPACE}% of those served wait at most {longest} in {worst} "
        "and {shortest} in {best}.",
        "{station}：95\N{NO-BREAK SPACE}% 的被服务者等候，{worst}不超过 {longest}，{best}不超过 {shortest}。",
    ),
    "divisions.schematic": Text("The tiles are schematic, not a map.", "方格为示意，不是地图。"),
    "divisions.even": Text(
        "No platform lets anybody wait noticeably: p95 is at most {value} everywhere.",
        "各平台均无明显等候：p95 均不超过 {value}。",
    ),
    "divisions.none": Text(
        "No station stands in more than one division, so there is nothing to compare.",
        "没有设在多个地区的环节，无从比较。",
    ),
    "utilisation.title": Text("Utilisation by station and time of day", "各环节全天利用率"),
    "utilisation.axis": Text("% of scheduled server time", "占排班时间的 %"),
    "utilisation.whole": Text("whole window", "整个时段"),
    "utilisation.by_time": Text("by time of day", "按时刻"),
    "utilisation.off": Text("off duty", "非工作时间"),
    "utilisation.message": Text(
        "The busiest station is {station}: {value} of its scheduled server time is used, {peak_value} at {peak}.",
        "最繁忙的是{station}：排班时间的 {value} 被占用，{peak} 达 {peak_value}。",
    ),
    "utilisation.none": Text(
        "No station has a limited number of servers on duty, so there is no utilisation to show.",
        "没有服务台数量有限的环节，不计算利用率。",
    ),
    "queue_length.title": Text("Queue length over the day by station", "各环节全天排队人数"),
    "queue_length.axis": Text("jobs waiting, mean of each bin", "平均排队数"),
    "queue_length.unit": Text("jobs waiting", "排队数"),
    "queue_length.message": Text(
        "The longest queue is at {station}: {value} waiting on average at {peak}.",
        "队伍最长的是{station}：{peak} 平均有 {value} 件在等。",
    ),
    "queue_length.none": Text("No queue forms at any station.", "各环节均无排队。"),
    "queue_length.quiet": Text("Never more than {value} waiting: {stations}.", "排队始终不超过 {value}：{stations}。"),
    "baseline.title": Text("Services before and after", "各事项前后对比"),
    "baseline.all": Text("All services", "全部事项"),
    "baseline.materials_submitted": Text("Materials", "提交材料"),
    "baseline.visits_in_person": Text("Visits", "到场次数"),
    "baseline.waiting_in_person": Text("Waiting there", "现场等候"),
    "baseline.processing_time": Text("Time to the end", "办理时长"),
    "baseline.axis": Text("per journey", "每件"),
    "baseline.axis.unit": Text("per journey, {unit}", "每件，{unit}"),
    "baseline.both": Text("all: {before} → {after}", "全部：{before} → {after}"),
    "baseline.key.before": Text("before", "之前"),
    "baseline.key.after": Text("after", "之后"),
    "baseline.key.worse": Text("more than before", "多于之前"),
    "baseline.key.interval": Text("{level} interval of the difference, {n} pairs", "差值的 {level} 区间，{n} 对"),
    "baseline.key.published": Text("published for all: about this", "公开表述（全部）：约为此值"),
    "baseline.key.below": Text("published for all: below this", "公开表述（全部）：低于此值"),
    "baseline.key.above": Text("published for all: above this", "公开表述（全部）：高于此值"),
    "baseline.message": Text(
        "All services together, {changes}.",
        "全部事项合计，{changes}。",
    ),
    "baseline.change": Text("{figure} from {before} to {after}", "{figure}由 {before} 变为 {after}"),
    "baseline.in.materials_submitted": Text("materials handed in per journey go", "每件提交材料数"),
    "baseline.in.visits_in_person": Text("visits", "到场次数"),
    "baseline.in.waiting_in_person": Text("waiting on the spot", "现场等候"),
    "baseline.in.processing_time": Text("time to the end", "办理时长"),
    "baseline.worse": Text("Longer than before: {services}.", "办理时长增加：{services}。"),
    "baseline.none": Text(
        "This run has no baseline whose services differ, so there is nothing to compare.",
        "本次运行没有事项不同的对照场景，无从比较。",
    ),
    "queue_length.quiet.many": Text(
        "Never more than {value} waiting at {n} other stations.", "其余 {n} 个环节排队始终不超过 {value}。"
    ),
    "outcomes.title": Text("How journeys end, by channel", "各渠道办理结果"),
    "outcomes.all": Text("all channels", "全部渠道"),
    "outcomes.message": Text(
        "Of {total} journeys, {share} end as “{outcome}”.",
        "共 {total} 件，其中 {share} 的结果为“{outcome}”。",
    ),
    "outcomes.worst": Text(
        " Failures are most frequent by {channel}: {share}.",
        "失败率最高的渠道是{channel}：{share}。",
    ),
    "outcomes.none": Text("No journey begins in the measured window.", "统计时段内没有办件发起。"),
    "network.title": Text("The network with its load and failures", "网络全景：负荷与失败"),
    "network.journeys": Text("Journeys begun, from channel to errand", "发起办件：从渠道到事项"),
    "network.calls": Text("Visits to stations and calls to systems", "到访环节与调用系统"),
    "network.all": Text("all journeys", "全部办件"),
    "network.stations": Text("stations: visits, utilisation, not served", "环节：到访数、利用率、未服务"),
    "network.systems": Text("systems: calls, failed", "系统：调用数、失败"),
    "network.key.load": Text("filled: utilisation", "填充：利用率"),
    "network.key.volume": Text("thickness: volume", "粗细：流量"),
    "network.key.failed": Text("dashed, ✕: some fail", "虚线、✕：有失败"),
    "network.key.mean": Text("means over {n} replications; intervals in the data", "{n} 次重复的均值，区间见数据"),
    "network.message": Text(
        "The journeys make {visits} visits to stations; {station} takes most of them, {share}.",
        "全部办件共到访各环节 {visits} 次，最多的是{station}，占 {share}。",
    ),
    "network.worst.station": Text(
        "Most is lost at {name}: {share} of the visits are not served.", "损失最多的是{name}：{share} 的到访未获服务。"
    ),
    "network.worst.system": Text(
        "Most fails at {name}: {share} of the calls.", "失败最多的是{name}：{share} 的调用失败。"
    ),
    "network.smooth": Text("Nearly none of them fails.", "几乎没有失败。"),
    "network.unknown": Text(
        "Which journey makes which call is not recorded, so those lines begin at all journeys together.",
        "结果包不记录各调用来自哪类办件，因此这些连线从全部办件出发。",
    ),
    "network.none": Text("No station is visited in the measured window.", "统计时段内没有环节到访。"),
    "outcomes.no_journey": Text("none begun", "无发起"),
    "outcome.completed": Text("completed", "办结"),
    "outcome.failed": Text("failed", "失败"),
    "outcome.in flight": Text("in flight", "在办"),
    "outcome.refused": Text("refused", "不予办理"),
    "outcome.rejected": Text("rejected", "不予受理"),
    "outcome.withdrawn": Text("withdrawn", "撤回"),
    "outcome.expired": Text("expired", "逾期"),
    "outcome.supplement-expired": Text("supplement-expired", "补正逾期"),
    "outcome.unverified": Text("unverified", "核验未通过"),
    "outcome.not-evaluated": Text("not evaluated", "未评价"),
    "outcome.answered": Text("answered", "已答复"),
    "outcome.barred": Text("barred", "不准出境"),
    "outcome.checked-in": Text("checked in", "已入住"),
    "outcome.delivered": Text("delivered", "已送达"),
    "outcome.disapproved": Text("disapproved", "审批未通过"),
    "outcome.endorsed": Text("endorsed", "已签注"),
    "outcome.failed-inspection": Text("inspection failed", "检验不合格"),
    "outcome.finished": Text("finished", "完成"),
    "outcome.given-back": Text("given back", "退回"),
    "outcome.inconsistent": Text("inconsistent", "信息不一致"),
    "outcome.matched": Text("matched", "核对一致"),
    "outcome.missed": Text("missed", "未赴约"),
    "outcome.not-announced": Text("not announced", "未公告车型"),
    "outcome.not-entitled": Text("not entitled", "不符合申领条件"),
    "outcome.not-matched": Text("not matched", "核对不一致"),
    "outcome.not-passed": Text("not passed", "未通过"),
    "outcome.not-qualified": Text("not qualified", "不具备资格"),
    "outcome.not-verified": Text("not verified", "未能核实"),
    "outcome.nothing": Text("nothing found", "未找到"),
    "outcome.open-violation": Text("open violation", "有未处理违法"),
    "outcome.passed": Text("passed", "通过"),
    "outcome.recorded": Text("record found", "有违法犯罪记录"),
    "outcome.registered": Text("registered", "已登记"),
    "outcome.satisfied": Text("satisfied", "满意"),
    "outcome.sufficient": Text("sufficient", "认证等级足够"),
    "outcome.turned-away": Text("turned away", "未予受理"),
    "outcome.unfit": Text("unfit", "房屋不符合条件"),
    "outcome.unknown": Text("unknown", "信息不存在"),
    "outcome.unmatched": Text("unmatched", "核对不符"),
    "outcome.unreliable": Text("unreliable", "核查不可信"),
    "outcome.verified": Text("verified", "已核实"),
    "outcome.without-certificate": Text("without certificate", "无电子证照"),
    "channel.any": Text("any", "不限"),
    "channel.system": Text("system", "系统间"),
    "channel.app": Text("app", "App"),
    "channel.mini-program": Text("mini-program", "小程序"),
    "channel.pc": Text("pc", "电脑端"),
    "channel.window": Text("window", "窗口"),
    "channel.kiosk": Text("kiosk", "自助终端"),
    "key.interval": Text("{level} interval over {n} replications", "{n} 次重复的 {level} 区间"),
    "key.no_interval": Text("one replication: no interval", "仅 1 次重复，无区间"),
    "key.objective": Text("objective", "目标"),
    "axis.time_of_day": Text("time of day", "时刻"),
    "origin.seed": Text("seed {seed}", "种子 {seed}"),
    "origin.partial": Text("partial result", "部分结果"),
    "origin.assumed": Text("rests on {n} assumed figures", "以 {n} 项假定数据为前提"),
    "origin.assumed_one": Text("rests on 1 assumed figure", "以 1 项假定数据为前提"),
    "note.more": Text("{shown} of {all} shown; all are in the data.", "显示 {shown}/{all}，其余见数据文件。"),
}


def say(key: str, **values: str | int | Text) -> Text:
    """Return a text of the table with its values filled in, in both languages.

    Parameters
    ----------
    key : str
        Of ``TEXTS``.
    **values
        What stands in the braces, already formatted; a ``Text`` in the same language.
    """
    both = {name: value if isinstance(value, Text) else Text(str(value), str(value)) for name, value in values.items()}
    english = {name: keep_together(value.en) for name, value in both.items()}
    chinese = {name: keep_together(value.zh) for name, value in both.items()}
    return Text(TEXTS[key].en.format(**english), TEXTS[key].zh.format(**chinese))


def term(kind: str, name: str) -> Text:
    """Return what a name that scenarios share is called: the text ``<kind>.<name>``, or the name itself."""
    return TEXTS.get(f"{kind}.{name}", Text(name, name))


def keep_together(text: str) -> str:
    """Return a value in which a number and its unit stay on one line."""
    return text.replace(" ", "\N{NO-BREAK SPACE}") if text[:1].isdigit() or text[:1] in {"±", "<"} else text


def join(*texts: Text) -> Text:
    """Return sentences one after the other, in both languages."""
    return Text(" ".join(text.en.strip() for text in texts), "".join(text.zh for text in texts))


def listed(texts: Iterable[Text]) -> Text:
    """Return texts as a list in a sentence, in both languages."""
    kept = list(texts)
    return Text(", ".join(text.en for text in kept), "、".join(text.zh for text in kept))
