"""Sentences of findings in Chinese.

A check says what it found in English, once, in ``conform.json`` and on the terminal alike. The page in Chinese turns
that sentence into its counterpart here; what a sentence quotes (names, numbers, addresses) stays as it is.
"""

# ruff: noqa: RUF001 - Chinese text has Chinese punctuation

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from sim.scenario.model import Text

if TYPE_CHECKING:
    from sim.chart import Language

_TOKEN: Final = "或由 tongban 签发令牌（TONGBAN_TOKEN_KEY）"  # noqa: S105 - no token
_REQUESTS: Final = (
    Text("a request without credentials", "没有凭证的请求"),
    Text("a request with an unknown token", "带未知令牌的请求"),
    Text("a request with an altered token", "带被改动令牌的请求"),
    Text("a request with an expired token", "带过期令牌的请求"),
    Text("a request with a token for another system", "带签发给其他系统的令牌的请求"),
    Text("a request with an altered signature", "签名被改动的请求"),
    Text("a request that was signed an hour ago", "一小时前签名的请求"),
    Text("a request with an unknown key or password", "带未知密钥或口令的请求"),
    Text("the same signed request a second time", "重放的同一签名请求"),
    Text("another request under a used idempotency key", "用已用过的幂等键发出的另一请求"),
    Text("a change of a version that is past", "基于旧版本的修改"),
    Text("a request with half a body", "只有一半正文的请求"),
    Text("a request of another media type", "其他媒体类型的请求"),
    Text("a request without the {place} parameter {name}", "缺少{place}参数 {name} 的请求"),
    Text("a request whose query parameter {name} is {value}", "查询参数 {name} 为 {value} 的请求"),
    Text("a request without {pointer}", "缺少 {pointer} 的请求"),
    Text("a request with an unknown field in the body", "正文含未知字段的请求"),
    Text("a request with an unknown field in {pointer}", "{pointer} 含未知字段的请求"),
    Text("a request whose {pointer} has another type", "{pointer} 类型不符的请求"),
    Text("a request whose {pointer} is too long", "{pointer} 过长的请求"),
    Text("a request whose {pointer} is empty", "{pointer} 为空的请求"),
    Text("a request whose {pointer} has too many items", "{pointer} 项数过多的请求"),
    Text("a request whose {pointer} has an unknown code", "{pointer} 为未知代码的请求"),
    Text("a request whose {pointer} has another form", "{pointer} 格式不符的请求"),
    Text("a request whose {pointer} is out of range", "{pointer} 超出范围的请求"),
    Text("a request whose {pointer} has a wrong check character", "{pointer} 校验码错误的请求"),
)
_FAILURES: Final = (
    Text(
        "{inner} was refused, by a status that the contract has for something else",
        "{inner}被拒绝，但状态码在契约中另有含义",
    ),
    Text("{inner} was answered otherwise", "{inner}得到了别的应答"),
    Text("the {part} of the {side} breaks {rule}", "{side}的{part}违反 {rule}"),
    Text("the system called {call}, which the contract does not have", "系统调用了契约中没有的 {call}"),
    Text(
        "the journey's own request breaks the contract, so its answer says little",
        "办件自身的请求违反契约，其应答说明不了什么",
    ),
    Text("the body is free content, which no schema describes", "正文为自由内容，没有模式描述"),
    Text("a code came back as another one", "代码返回时变成了另一个"),
    Text("a page is not what was asked for", "返回的页与所要求的不符"),
    Text(
        "several requests at the same time did not end as one after the other",
        "同时发出的多个请求，结果与依次发出的不同",
    ),
    Text("no answer came that could be taken", "没有收到可以采用的应答"),
    Text("a repeat under the same idempotency key got another answer", "同一幂等键的重复请求得到了不同的应答"),
    Text("a request that keeps the contract was refused", "符合契约的请求被拒绝"),
    Text("a recorded request that breaks the contract was accepted", "录制的违反契约的请求被接受"),
    Text("an unknown header and an unknown field were not tolerated", "不容忍未知的头与字段"),
    Text("an unknown header was not tolerated", "不容忍未知的头"),
    Text("a callback did not come", "回调没有送达"),
    Text("a callback came again under another idempotency key", "同一回调以另一幂等键再次送达"),
    Text(
        "a callback came before an earlier one; receivers must count on that",
        "后面的回调先于前面的送达，接收方必须能够应对",
    ),
    Text("a request of the system was refused by its partner", "系统的请求被伙伴系统拒绝"),
    Text("the errand ended at {step} as {outcome}", "办件在 {step} 结束，结果为 {outcome}"),
    Text(
        "the errand ends at {step} as {outcome} against tongban's own mock too",
        "对 tongban 自己的模拟系统，办件同样在 {step} 以 {outcome} 结束",
    ),
    Text("no errand of {name} came to its end: {inner}", "{name} 没有一件办件到达终态：{inner}"),
    Text("{inner} was accepted", "{inner}被接受"),
)
_UNKNOWN: Final = (
    Text("{inner} got no answer, so nothing is known", "{inner}没有得到应答，因此一无所知"),
    Text("a request", "一个请求"),
    Text("the request", "该请求"),
    Text("the repeat", "重复请求"),
    Text(
        "it needs what {names} knows, which tongban plays and the system did not ask: serve it by --listen HOST:PORT "
        "and enter its address in the system",
        "它需要 {names} 掌握的信息，该系统由 tongban 扮演而被测系统没有询问："
        "请用 --listen HOST:PORT 提供服务，并在被测系统中填写其地址",
    ),
    Text(
        "it needs what {names} knows, which tongban plays and the system did not ask: enter its address in the system, "
        "{addresses}",
        "它需要 {names} 掌握的信息，该系统由 tongban 扮演而被测系统没有询问：请在被测系统中填写其地址 {addresses}",
    ),
    Text(
        "the trial waited less than the journey says after {step}: see --wait-limit",
        "试验在 {step} 之后等待的时间短于办件的规定：参见 --wait-limit",
    ),
    Text("--max-requests {n} was reached", "达到 --max-requests {n}"),
    Text("--time-limit {span} was reached", "达到 --time-limit {span}"),
    Text(
        "--time-limit {span} was reached, as a journey waits {wait}",
        "达到 --time-limit {span}，因为办件要等待 {wait}",
    ),
    Text("the value was redacted before it was recorded", "该值在录制前已脱敏"),
    Text("the recording does not hold the whole body", "录制中没有完整的正文"),
)
_UNEXERCISED: Final = (
    Text("no journey of this trial comes to it", "本次试验没有办件到达此操作"),
    Text("no errand came to the operation once more, accepted", "没有办件再次到达此操作并被接受"),
    Text("nothing in the recording belongs to it", "录制中没有属于此操作的交换"),
    Text("recorded traffic: it needs requests of its own", "录制的流量：该检查需要自己发送请求"),
    Text(
        "recorded traffic: what the system itself sends is not judged beside its answers",
        "录制的流量：判定系统的应答时，不判定系统自己发出的请求",
    ),
    Text("recorded traffic: nobody knows where an errand begins and ends", "录制的流量：无法得知办件的起止"),
    Text("the system did not call it", "系统没有调用"),
    Text("the system sent no request", "系统没有发出请求"),
    Text("its partners were not served: see --listen", "没有提供伙伴系统的服务：参见 --listen"),
    Text("nobody listened to its callbacks: see --listen", "没有接收其回调：参见 --listen"),
    Text(
        "its callbacks were not asked for: the contract wants another address, see --callback-base",
        "没有要求回调：契约要求另一种地址，参见 --callback-base",
    ),
    Text("the request is not accepted alone either", "该请求单独发出也不被接受"),
    Text("the request is not accepted without them either", "该请求不带它们也不被接受"),
    Text("the request was not accepted the first time", "该请求第一次未被接受"),
    Text("there is no such token: {inner}", "没有这样的令牌：{inner}"),
    Text("tongban cannot make one", "tongban 无法制作"),
    Text(
        "give one in TONGBAN_EXPIRED_TOKEN, or let tongban issue tokens (TONGBAN_TOKEN_KEY)",
        f"请在 TONGBAN_EXPIRED_TOKEN 中给出，{_TOKEN}",
    ),
    Text(
        "give one in TONGBAN_FOREIGN_TOKEN, or let tongban issue tokens (TONGBAN_TOKEN_KEY)",
        f"请在 TONGBAN_FOREIGN_TOKEN 中给出，{_TOKEN}",
    ),
    Text(
        "the caller shows a certificate alone, without which there is no connection",
        "调用方只出示证书，没有证书就没有连接",
    ),
)
_INAPPLICABLE: Final = (
    Text("the operation is public", "该操作公开"),
    Text("the caller is authorised by {scheme}", "调用方以 {scheme} 授权"),
    Text("the caller does not sign", "调用方不签名"),
    Text("the request has no body", "请求没有正文"),
    Text("the operation has no pages", "该操作不分页"),
    Text("the operation changes nothing", "该操作不作修改"),
    Text("it may be done several times, so no change can be lost", "该操作可多次办理，不会丢失修改"),
    Text("the operation takes no idempotency key", "该操作不用幂等键"),
    Text("the operation names no version (If-Match)", "该操作不带版本（If-Match）"),
    Text("the request leaves nothing to say otherwise", "该请求没有可以改说的内容"),
    Text("nothing of the request is required", "请求没有必填项"),
    Text("the request has no typed body", "请求没有带类型的正文"),
    Text("no length of the request is bounded", "请求没有长度限制"),
    Text("the request has no codes", "请求没有代码"),
    Text("no field of the request has a form", "请求没有规定格式的字段"),
    Text("the request has no number with bounds", "请求没有规定范围的数"),
    Text("the contract allows further fields", "契约允许其他字段"),
    Text("no field of the request has a check character", "请求没有带校验码的字段"),
)
_ANSWERS: Final = (
    Text("an answer within {span}", "{span} 内应答"),
    Text("an end of the journey", "办件的一个终态"),
    Text("credentials that hold", "有效的凭证"),
    Text("no answer within {span}", "{span} 内没有应答"),
    Text("no whole answer within {inner}", "{inner}内没有完整的应答"),
    Text("the time that the call may take", "调用的时限"),
    Text("{span} of silence", "{span} 静默时间"),
    Text("the connection was closed before an answer came", "应答到来之前连接已关闭"),
    Text("the connection was closed in the middle of the answer", "应答中途连接关闭"),
    Text("the connection broke: {why}", "连接中断：{why}"),
    Text("the answer changes the protocol", "应答改变了协议"),
    Text("the answer is not HTTP: {why}", "应答不是 HTTP：{why}"),
    Text("the head is larger than {n} bytes", "应答头超过 {n} 字节"),
    Text("the body is larger than {n} bytes", "应答正文超过 {n} 字节"),
    Text("more than {n} interim answers came", "临时应答超过 {n} 个"),
    Text("{place} cannot be reached: {why}", "无法到达 {place}：{why}"),
)
_REQUIREMENTS: Final = (
    Text("does not apply: {inner}", "不适用：{inner}"),
    Text("no check decides it", "没有检查能判定"),
    Text("{check} at {operation}: {inner}", "{operation} 的 {check}：{inner}"),
    Text("{check}: said nothing in this trial", "{check}：本次试验中没有结论"),
    Text("{name}: is not tested", "{name}：不测试"),
    Text("{name}: failed", "{name}：不满足"),
    Text("{name}: undecided", "{name}：无法判定"),
    Text("{name}: not exercised", "{name}：未演练"),
    Text("{check}: {inner}", "{check}：{inner}"),
)
_WORDS: Final = (
    Text("answer", "应答"),
    Text("request", "请求"),
    Text("status", "状态码"),
    Text("media-type", "媒体类型"),
    Text("header", "头"),
    Text("body", "正文"),
    Text("path", "路径"),
    Text("query", "查询"),
)
SENTENCES: Final = (
    *(*_FAILURES, *_UNKNOWN, *_REQUESTS, *_UNEXERCISED, *_INAPPLICABLE),
    *(*_ANSWERS, *_REQUIREMENTS, *_WORDS),
)
"""The first that fits is taken: whole sentences stand before what they speak of."""
_INNER: Final = frozenset(("inner", "part", "side", "place"))
"""Places in a sentence that hold another sentence, or a word."""
_PLACE: Final = re.compile(r"\\\{([a-z]+)\\\}")


def sentence(text: str, language: Language) -> str:
    """Return a sentence of a finding in a language; one that nobody has translated as it is."""
    if language == "en":
        return text
    for form, chinese in _forms():
        matched = form.fullmatch(text)
        if matched is not None:
            told = {
                name: sentence(value, language) if name in _INNER else value
                for name, value in matched.groupdict().items()
            }
            return chinese.format(**told)
    return text


@cache
def _forms() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return how sentences are recognised."""
    return tuple((re.compile(_PLACE.sub(r"(?P<\1>.+?)", re.escape(one.en)), re.DOTALL), one.zh) for one in SENTENCES)
