"""Every text that a report shows, in English and Chinese, in one table."""

# ruff: noqa: RUF001 - Chinese text has Chinese punctuation

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from sim.chart import Language
from sim.chart.text import keep_together, term
from sim.errors import UsageError
from sim.report.conformance_text import CONFORMANCE
from sim.scenario.model import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TEXTS: Final[dict[str, Text]] = {
    "report": Text("Simulation report", "仿真报告"),
    "contents": Text("Contents", "目录"),
    "partial": Text(
        "Partial result: the run was stopped after {done} of {asked} replications. Intervals are wider than asked for.",
        "部分结果：运行在 {asked} 次重复中的第 {done} 次之后停止，区间比预期宽。",
    ),
    "one_replication": Text(
        "One replication: there are no intervals, so nothing here says how far chance moves the figures.",
        "仅 1 次重复：没有区间，无法判断随机波动的大小。",
    ),
    "day": Text("{start} to {end}", "{start} 至 {end}"),
    "replications": Text("{n} replications", "{n} 次重复"),
    "replication": Text("1 replication", "1 次重复"),
    "seed": Text("seed {seed}", "种子 {seed}"),
    "assumed.badge": Text("{n} assumed figures", "{n} 项假定数据"),
    "assumed.badge_one": Text("1 assumed figure", "1 项假定数据"),
    # the result in words
    "headline.begun": Text(
        "{begun} journeys begin and {share} of them are completed.", "共发起 {begun} 件，其中 {share} 办结。"
    ),
    "headline.none": Text("No journey begins in the measured window.", "统计时段内没有办件发起。"),
    "headline.flight": Text("{share} are still under way when the run ends.", "运行结束时仍有 {share} 在办。"),
    "headline.one_met": Text("The objective is met.", "目标达到。"),
    "headline.one_missed": Text("The objective is missed.", "目标未达到。"),
    "headline.some": Text("{met} of {n} objectives are met.", "{n} 项目标中达到 {met} 项。"),
    "headline.wait": Text(
        "The longest waits are at {station}, where 95\N{NO-BREAK SPACE}% of those served wait at most {value}.",
        "等候最长的是{station}：95\N{NO-BREAK SPACE}% 的被服务者等候不超过 {value}。",
    ),
    "headline.no_wait": Text("Nobody waits noticeably at any station.", "各环节均无明显等候。"),
    "headline.contract": Text(
        "Of {all} exercised operations, {n} break a contract.", "已演练的 {all} 个操作中有 {n} 个不符合契约。"
    ),
    "headline.contract_one": Text(
        "Of {all} exercised operations, 1 breaks a contract.", "已演练的 {all} 个操作中有 1 个不符合契约。"
    ),
    # figures
    "interval": Text("± {half} ({level}, n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{n})", "± {half}（{level}，n = {n}）"),
    "no_interval": Text("no interval: 1 replication", "无区间：仅 1 次重复"),
    "no_interval_value": Text("no interval: seen in 1 replication", "无区间：仅 1 次重复有数据"),
    "no_data": Text("no data", "无数据"),
    "per_hour": Text("per hour", "每小时"),
    "note.interval": Text(
        "± is half the width of a {level} interval over {n} independent replications (Student’s t).",
        "± 为 {n} 次独立重复的 {level} 区间半宽（t 分布）。",
    ),
    "note.no_interval": Text(
        "One replication: no interval can be given.",
        "仅 1 次重复，无法给出区间。",
    ),
    # objectives
    "objectives": Text("Objectives", "目标"),
    "objectives.none": Text("The scenario sets no objectives.", "该场景未设目标。"),
    "objective.at_most": Text("objective: at most {value}", "目标：不超过 {value}"),
    "objective.at_least": Text("objective: at least {value}", "目标：不低于 {value}"),
    "objectives.further": Text("{n} more, all met with more room", "其余 {n} 项均已达到，余量更大"),
    "verdict.met": Text("met", "达到"),
    "verdict.missed": Text("missed", "未达到"),
    "verdict.no data": Text("no data: not met", "无数据：视为未达到"),
    "verdict.expected": Text("as its author expects", "与预期一致"),
    "verdict.unexpected": Text("its author expects: {expect}", "作者预期：{expect}"),
    "verdict.undecided": Text("not certain: the interval reaches across the objective", "尚不确定：区间跨越目标值"),
    "verdict.unknown": Text("certainty unknown without an interval", "没有区间，无法判断确定性"),
    "key_figures": Text("Key figures", "关键数据"),
    "tile.begun": Text("Journeys begun", "发起办件"),
    "tile.begun.note": Text("inside the measured window", "统计时段内"),
    "tile.completed": Text("Completed", "其中办结"),
    "tile.completed.note": Text("by the end of the run", "截至运行结束"),
    "tile.failed": Text("Failed", "其中失败"),
    "tile.sojourn": Text("Sojourn time, median", "办理时长（中位数）"),
    "tile.sojourn.note": Text("from beginning to end, over journeys that ended", "从发起到结束，仅计已结束办件"),
    "tile.wait": Text("Longest waits: p95", "最长等候：p95"),
    "tile.busy": Text("Busiest station", "最繁忙环节"),
    "tile.conformance": Text("Calls that keep the contract", "符合契约的调用"),
    "tile.conformance.note": Text("of operations that the replay judged", "仅计回放已判定的操作"),
    # sections
    "section.throughput": Text("Throughput over the day", "全天办件量"),
    "section.waiting": Text("Waiting", "等候"),
    "section.utilisation": Text("Utilisation and queues", "利用率与排队"),
    "section.network": Text("The network", "网络全景"),
    "section.outcomes": Text("Journeys: outcomes and sojourn times", "办件结果与时长"),
    "section.conformance": Text("Conformance", "契约符合性"),
    "section.losses": Text("Rejections, time-outs, retries", "拒绝、超时与重试"),
    "section.assumptions": Text("Assumptions", "假定"),
    "section.reproduce": Text("How to reproduce", "如何重现"),
    "chart.assumed": Text("rests on assumed figures", "以假定数据为前提"),
    "chart.files": Text("Chart as", "下载："),
    "chart.data": Text("Data of this chart", "本图数据"),
    "chart.data_in_file": Text("The data have {n} rows: they are in {file}.", "数据共 {n} 行，见 {file}。"),
    "chart.data_more": Text(
        "{shown} of {all} columns, those of what is highest at any time; the CSV has all.",
        "显示 {all} 列中峰值最高的 {shown} 列，其余见 CSV。",
    ),
    "chart.time": Text("from", "起始"),
    # folds
    "more.worst": Text("; {column} at most {value}", "；{column}最高 {value}"),
    "more.rows": Text("{n} more", "其余 {n} 行"),
    "more.systems": Text("{n} more systems", "其余 {n} 个系统"),
    "more.places": Text("{n} more stations of people, machines and lines", "其余 {n} 个岗位、设备与线路环节"),
    "more.unlimited": Text("Without a limited number of servers: {n}", "服务台数量不限的环节：{n} 个"),
    "more.journeys": Text("{n} more journeys", "其余 {n} 类办件"),
    "more.outcomes": Text("{n} rarer ends", "其余 {n} 种较少的结果"),
    "more.operations": Text("{n} more operations", "其余 {n} 个操作"),
    "more.platforms": Text("{n} more platforms", "其余 {n} 个平台"),
    "more.services": Text("{n} more services", "其余 {n} 个事项"),
    "more.broken": Text("{n} more operations that break a contract", "其余 {n} 个不符合契约的操作"),
    "more.warned": Text("{n} more operations with warnings", "其余 {n} 个有警告的操作"),
    "more.kept": Text("{n} operations that keep their contract", "{n} 个符合契约的操作"),
    "more.omitted": Text("{n} operations not exercised", "{n} 个未演练的操作"),
    "more.assumed.operations": Text("Operations: {n}", "操作：{n} 项"),
    "more.assumed.stations": Text("Stations: {n}", "环节：{n} 项"),
    "more.assumed.demand": Text("Demand: {n}", "需求：{n} 项"),
    "more.assumed.outcomes": Text("Outcomes: {n}", "结果：{n} 项"),
    "more.assumed.profiles": Text("Profiles over the day: {n}", "时段分布：{n} 项"),
    "more.assumed.others": Text("Others: {n}", "其他：{n} 项"),
    "more.source.scenario": Text("{n} scenario files", "{n} 个场景文件"),
    "more.source.contract": Text("{n} contracts", "{n} 份契约"),
    "more.source.journey": Text("{n} journeys", "{n} 个办件文档"),
    "more.source.mock": Text("{n} mocks", "{n} 个模拟"),
    "more.source.data": Text("{n} data files", "{n} 个数据文件"),
    "folded.more": Text("{n} more tables", "其余 {n} 张表"),
    "contents.all": Text("All charts and tables", "全部图表"),
    "print.folded": Text(
        "Tables that are closed print as one line: open them first. All figures are in report.csv and report.json.",
        "未展开的表只打印一行标题，打印前展开即可完整打印；全部数据见 report.csv 与 report.json。",
    ),
    # tables
    "stations": Text("Waiting by station over the whole window", "各环节等候汇总"),
    "stations.note": Text(
        "Over visits that arrived inside the window and were served.", "仅计统计时段内到达且被服务者。"
    ),
    "load": Text("Load by station over the whole window", "各环节负荷汇总"),
    "load.note": Text(
        "Utilisation is over scheduled server time; - stands where the number of servers is unlimited. Queue length is "
        "the mean over time.",
        "利用率以排班时间为基数，“-”表示服务台数量不限；排队数为时间平均。",
    ),
    "column.servers": Text("number inside", "在站数"),
    "column.station": Text("station", "环节"),
    "column.services": Text("services", "服务次数"),
    "column.waited": Text("waited at all", "需等候比例"),
    "column.mean": Text("mean", "均值"),
    "column.queue": Text("queue length", "排队数"),
    "column.utilisation": Text("utilisation", "利用率"),
    "journeys": Text("Sojourn time by journey and channel", "各办件与渠道的办理时长"),
    "journeys.note": Text(
        "From beginning to end, over journeys that began inside the window and ended, whatever the outcome. "
        "Those not yet ended are left out: their share stands in the last column.",
        "从发起到结束，仅计统计时段内发起且已结束者；未结束者的比例见末列。",
    ),
    "column.journey": Text("journey or channel", "办件或渠道"),
    "column.begun": Text("begun", "发起"),
    "column.finished": Text("finished in the window", "时段内办结"),
    "column.queueing": Text("mean time in queues", "平均排队时间"),
    "column.censored": Text("not ended", "未结束"),
    "row.all": Text("all journeys", "全部办件"),
    "row.all_channels": Text("all channels", "全部渠道"),
    "row.channel": Text("by {channel}", "渠道：{channel}"),
    "outcomes": Text("Journeys by channel and outcome", "各渠道办理结果"),
    "outcomes.note": Text(
        "Journeys that began inside the window; in flight: not ended when the run ended. By channel: shares of what "
        "began there; the numbers are in charts/outcomes.csv.",
        "统计时段内发起的办件；“在办”指运行结束时尚未结束。各渠道为占该渠道发起数的比例，件数见 charts/outcomes.csv。",
    ),
    "column.channel": Text("channel", "渠道"),
    "column.outcome": Text("outcome", "结果"),
    "column.in_flight": Text("in flight", "在办"),
    "losses": Text("Visits that a station did not serve", "环节未能服务的到访"),
    "losses.none": Text("Every visit was served: no rejection, refusal or loss.", "所有到访均获服务，无拒绝或流失。"),
    "losses.quiet": Text("None at: {stations}.", "以下环节没有：{stations}。"),
    "losses.quiet.many": Text("None at {n} other stations.", "其余 {n} 个环节没有。"),
    "column.rejections": Text("queue full", "队列满"),
    "column.refusals": Text("station down", "环节停用"),
    "column.reneging": Text("patience lost", "失去耐心"),
    "column.outage_losses": Text("lost by an outage", "故障流失"),
    "column.withdrawals": Text("withdrawn by a deadline", "超期撤回"),
    "calls": Text("Calls of operations with failures", "有失败的操作调用"),
    "calls.note": Text(
        "Executions by journeys that began inside the window, retries included. Contract kept: - means that the "
        "replay did not judge the operation.",
        "统计时段内发起的办件所执行的调用，含重试；“符合契约”为 - 表示回放未判定该操作。",
    ),
    "calls.smooth": Text("Calls of operations without failures ({n})", "无失败的操作调用（{n}）"),
    "calls.all_smooth": Text("Every call succeeded at the first attempt.", "所有调用均一次成功。"),
    "calls.none": Text("No operation was called.", "没有调用任何操作。"),
    "column.operation": Text("operation", "操作"),
    "column.succeeded": Text("succeeded", "成功"),
    "column.success": Text("share", "成功率"),
    "column.time_outs": Text("timed out", "超时"),
    "column.retries": Text("repeats", "重试"),
    "column.kept": Text("contract kept", "符合契约"),
    **CONFORMANCE,
    # drift
    "section.statements": Text("Published statements beside ours", "公开表述与本次结果对照"),
    "statements.lead": Text(
        "What was published, and what comes out of the steps of the errands here. Nothing was set to agree; where the "
        "assumptions do not reproduce a statement, it says so.",
        "左为公开表述，右为由各事项步骤推导的结果。没有为吻合而调整任何参数；假定未能重现的，如实标明。",
    ),
    "statements.about": Text("about {value}", "约 {value}"),
    "statements.beyond": Text("more than {value}", "超过 {value}"),
    "statements.reproduced": Text("reproduced", "重现"),
    "statements.not_reproduced": Text("not reproduced", "未重现"),
    "statements.undecided": Text("undecided: the interval reaches both", "未定：区间跨越两侧"),
    "statements.no_figure": Text("this run has no such figure", "本次运行无此数据"),
    "column.statement": Text("Statement", "表述"),
    "column.published": Text("published", "公开数"),
    "column.own": Text("this run", "本次"),
    "column.answer": Text("agreement", "是否吻合"),
    "column.source": Text("source", "来源"),
    "section.divisions": Text("Fairness between platforms", "各平台之间的均衡"),
    "divisions.lead": Text(
        "The same errand waits longer on one platform than on another. The league table is of the station where most "
        "time is lost.",
        "同一事项在不同平台等候时间不同。排名表取等候总时间最长的环节。",
    ),
    "divisions.inequality": Text("Inequality of waits", "等候时间的不均衡"),
    "divisions.inequality.note": Text(
        "Gini coefficient of the mean waits, everybody counted: 0 is the same everywhere. Spread and ratio: longest "
        "against shortest p95 of a platform.",
        "基尼系数按被服务者人数加权，取各平台平均等候时间：0 为完全均衡。差距与比值：各平台 p95 的最长与最短。",
    ),
    "divisions.league": Text("Platforms by waiting time: {station}", "各平台等候时间排名：{station}"),
    "column.gini": Text("Gini", "基尼系数"),
    "column.p95_range": Text("spread of p95", "p95 差距"),
    "column.p95_ratio": Text("ratio of p95", "p95 比值"),
    "column.platform": Text("Platform", "平台"),
    "section.drift": Text("Cost of drift", "版本偏离的代价"),
    "drift.lead": Text(
        "Beside this run stands the same run without the other editions (result {digest}), with the same citizens: "
        "what lies between is what the editions cost.",
        "将本次运行与不含其他版本的同一运行（结果 {digest}，办事人完全相同）对照，两者之差即版本偏离的代价。",
    ),
    "drift.interval": Text(
        "± is half the width of a {level} interval over {n} pairs of replications (Student’s t).",
        "± 为 {n} 对重复的 {level} 区间半宽（t 分布）。",
    ),
    "drift.whole": Text("The whole run", "整体"),
    "drift.parts": Text("Where it differs", "差异所在"),
    "drift.endings.completed": Text("journeys completed", "办结件数"),
    "drift.endings.failed": Text("journeys failed", "失败件数"),
    "drift.endings.other": Text("journeys ended otherwise", "其他结果件数"),
    "drift.conformance.failed": Text("calls that broke a contract", "不符合契约的调用"),
    "drift.retries.total": Text("repeated calls", "重试次数"),
    "drift.services.total": Text("services", "服务次数"),
    "drift.work.total": Text("time of servers, all together", "服务占用总时间"),
    "drift.waiting_volume.total": Text("waiting, all together", "等候总时间"),
    "drift.sojourn_time.mean": Text("mean time from beginning to end", "平均办理时长"),
    "drift.materials_submitted.mean": Text("materials handed in, per journey", "每件提交材料数"),
    "drift.visits_in_person.mean": Text("visits in person, per journey", "每件到场次数"),
    "drift.fully_online.share": Text("journeys without any visit", "全程网办件占比"),
    "drift.waiting_in_person.mean": Text("waiting on the spot, per journey", "每件现场等候时长"),
    "drift.processing_time.mean": Text("mean time to the end", "平均办理时长"),
    "section.baseline": Text("Before and after", "前后对比"),
    "baseline.lead": Text(
        "Beside this run stands {title} (result {digest}), with the same citizens: what lies between is what the "
        "change makes of their errands. A ratio is after over before.",
        "将本次运行与“{title}”（结果 {digest}，办事人完全相同）对照，两者之差即改革的成效。比值为后与前之比。",
    ),
    "baseline.lines": Text("Services, with differences and ratios", "各事项的差值与比值"),
    "baseline.services": Text("Services: before → after", "各事项：之前 → 之后"),
    "baseline.services.note": Text(
        "± is half the width of the interval of the difference; = where nothing differs.",
        "± 为差值区间的半宽；= 表示无差异。",
    ),
    "column.service": Text("Service", "事项"),
    "short.materials_submitted": Text("materials", "材料数"),
    "short.visits_in_person": Text("visits", "到场次数"),
    "short.fully_online": Text("without any visit", "全程网办"),
    "short.waiting_in_person": Text("waiting", "现场等候"),
    "short.processing_time": Text("time to the end", "办理时长"),
    "column.before": Text("before", "之前"),
    "column.after": Text("after", "之后"),
    "column.ratio": Text("ratio", "比值"),
    "column.cost": Text("figure", "数据项"),
    "column.part": Text("of", "范围"),
    "column.without": Text("without", "不含偏离"),
    "column.with_variants": Text("with variants", "含偏离"),
    "column.difference": Text("difference", "差异"),
    # assumptions
    "assumptions.none": Text("No figure of the scenario is marked as assumed.", "场景中没有标为假定的数据。"),
    "assumptions.lead": Text(
        "Nobody measured these figures. They were chosen, and every result above rests on them too.",
        "以下数据并非实测，而是选定的；上述全部结果都以其为前提。",
    ),
    "assumptions.no_note": Text("no note", "无说明"),
    "column.figure": Text("figure", "数据项"),
    "column.note": Text("what is said of it", "说明"),
    # reproduce
    "reproduce.lead": Text(
        "The same documents, seed and version give the same result digest on any machine, with any number of workers.",
        "相同的文档、种子与版本在任何机器、任意并行数下得到相同的结果摘要。",
    ),
    "fact.input_digest": Text("input digest", "输入摘要"),
    "fact.digest": Text("result digest", "结果摘要"),
    "fact.seed": Text("seed", "种子"),
    "fact.replications": Text("replications", "重复次数"),
    "fact.engine": Text("engine", "引擎"),
    "fact.product": Text("tongban", "tongban"),
    "fact.versions": Text("versions", "版本"),
    "fact.platform": Text("platform", "平台"),
    "fact.started": Text("run started", "运行开始"),
    "fact.seconds": Text("time spent", "耗时"),
    "fact.window": Text("measured window", "统计时段"),
    "seconds": Text(
        "{wall} by the clock; CPU: {engine} engine, {compile} compilation, {replay} replay",
        "历时 {wall}；CPU：引擎 {engine}，编译 {compile}，回放 {replay}",
    ),
    "sources": Text("Documents", "文档"),
    "column.kind": Text("kind", "类别"),
    "column.file": Text("file", "文件"),
    "column.digest": Text("SHA-256", "SHA-256"),
    "kind.scenario": Text("scenario", "场景"),
    "kind.contract": Text("contract", "契约"),
    "kind.journey": Text("journey", "办件"),
    "kind.mock": Text("mock", "模拟"),
    "kind.data": Text("data", "数据"),
    # metrics
    "metric.waiting_time": Text("waiting time", "等候时间"),
    "metric.sojourn_time": Text("sojourn time", "办理时长"),
    "metric.utilisation": Text("utilisation", "利用率"),
    "metric.queue_length": Text("queue length", "排队数"),
    "metric.throughput": Text("journeys finished", "办结数"),
    "metric.demand": Text("journeys begun", "发起数"),
    "metric.rejections": Text("rejections", "拒绝"),
    "metric.time_outs": Text("time-outs", "超时"),
    "metric.retries": Text("retries", "重试"),
    "metric.wait_probability": Text("share that waits", "需等候比例"),
    "metric.services": Text("services", "服务次数"),
    "metric.number_in_station": Text("number inside", "在站数"),
    "metric.work": Text("time of servers", "服务占用时间"),
    "metric.waiting_volume": Text("waiting, all together", "等候总时间"),
    "metric.inequality": Text("inequality of waits", "等候不均衡"),
    "metric.endings": Text("journeys ended", "办件结果"),
    "metric.processing_time": Text("time to the end", "办理时长"),
    "metric.materials_submitted": Text("materials handed in", "提交材料数"),
    "metric.visits_in_person": Text("visits in person", "到场次数"),
    "metric.fully_online": Text("journeys without any visit", "全程网办件"),
    "metric.waiting_in_person": Text("waiting on the spot", "现场等候"),
    "metric.refusals": Text("refusals", "停用拒绝"),
    "metric.reneging": Text("patience lost", "失去耐心"),
    "metric.outage_losses": Text("lost by an outage", "故障流失"),
    "metric.withdrawals": Text("withdrawals", "撤回"),
    "metric.conformance": Text("conformance", "契约符合性"),
    "metric.call_success": Text("successful calls", "成功调用"),
    "statistic.mean": Text("mean", "均值"),
    "statistic.total": Text("number", "总数"),
    "statistic.share": Text("share", "比例"),
    "statistic.per_hour": Text("per hour", "每小时"),
}


class Words:
    """The table of texts in one language.

    Parameters
    ----------
    language : str
        ``en`` or ``zh``.
    texts : mapping of str to Text
        The table.
    """

    def __init__(self, language: Language, texts: Mapping[str, Text] = TEXTS) -> None:
        self.language = language
        self._texts = texts

    def __call__(self, key: str, **values: str | int) -> str:
        """Return a text with its values filled in."""
        kept = {name: keep_together(str(value)) for name, value in values.items()}
        return self.pick(self._texts[key]).format(**kept)

    def pick(self, text: Text) -> str:
        """Return a text in this language."""
        return text.zh if self.language == "zh" else text.en

    def name(self, kind: str, name: str) -> str:
        """Return the text ``<kind>.<name>``; the name itself, in words, when the table has none."""
        found = self._texts.get(f"{kind}.{name}")
        return self.pick(found) if found else name.replace("_", " ")

    def term(self, kind: str, name: str) -> str:
        """Return what a channel or a way to end is called."""
        return self.pick(term(kind, name))

    def listed(self, names: Iterable[str]) -> str:
        """Return names as a list in a sentence."""
        return ("、" if self.language == "zh" else ", ").join(names)


def language_of(name: str) -> Language:
    """Return a language by its name.

    Raises
    ------
    UsageError
        There is no such language.
    """
    known: tuple[Language, ...] = get_args(Language)
    if name not in known:
        raise UsageError(f"there is no language {name!r}", f"use one of {', '.join(known)}")
    return known[known.index(name)]
