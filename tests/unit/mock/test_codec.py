"""The codec: what an edition can say comes back as it was; what it lacks is left out."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.catalog import Catalog
from sim.contract import Schema, load_code_lists, load_contract, violations_of_value
from sim.mock import CHINA, Code, Codec, CodecError, Record

CONTRACT = {
    "openapi": "3.1.1",
    "info": {"title": "forms", "version": "1"},
    "paths": {
        "/forms": {
            "post": {
                "operationId": "say",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/All"}}},
                },
                "responses": {"204": {"description": "Taken."}},
            }
        }
    },
    "components": {
        "schemas": {
            "All": {
                "type": "object",
                "additionalProperties": False,
                "required": ["note"],
                "properties": {
                    "basic": {"type": "string", "x-format": "datetime-basic"},
                    "compact": {"type": "string", "x-format": "datetime-compact"},
                    "colon": {"type": "string", "x-format": "datetime-colon"},
                    "rfc3339": {"type": "string", "x-format": "datetime-rfc3339"},
                    "standard": {"type": "string", "format": "date-time"},
                    "day": {"type": "string", "x-format": "date-basic"},
                    "iso_day": {"type": "string", "format": "date"},
                    "money": {"$ref": "schemas/money.schema.json"},
                    "number": {"type": "number"},
                    "count": {"type": "integer"},
                    "national": {"type": "string", "enum": list("12345"), "x-code-list": "satisfaction@gbt39046-2020"},
                    "stars": {"type": "string", "enum": list("12345"), "x-code-list": "satisfaction@zhejiang-review"},
                    "open": {"type": "string", "x-code-list": "material_method@unlisted"},
                    "short": {"type": "string", "maxLength": 4},
                    "note": {"type": ["string", "null"]},
                    "flag": {"type": "boolean"},
                    "list": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
                    "either": {"anyOf": [{"$ref": "#/components/schemas/Part"}, {"type": "null"}]},
                },
            },
            "Part": {
                "allOf": [
                    {"type": "object", "properties": {"at": {"type": "string", "x-format": "datetime-basic"}}},
                    {"type": "object", "properties": {"by": {"type": "string"}}},
                ]
            },
        }
    },
}


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> tuple[Codec, Schema]:
    root = tmp_path_factory.mktemp("catalog")
    bundled = Catalog.bundled().root
    (root / "contracts/schemas").mkdir(parents=True)
    for name in ("contracts/code-lists.csv", "contracts/schemas/money.schema.json"):
        (root / name).write_bytes((bundled / name).read_bytes())
    (root / "contracts/forms.openapi.yaml").write_text(json.dumps(CONTRACT), encoding="utf-8")
    catalog = Catalog(Path(root).resolve())
    body = load_contract(catalog, "forms").operations["say"].request_body
    assert body is not None
    schema = body.content["application/json"].schema
    assert schema is not None
    return Codec(load_code_lists(catalog)), schema


def encoded(forms: tuple[Codec, Schema], values: Record) -> dict[str, object]:
    codec, schema = forms
    result = codec.encode(schema, {"note": "", **values})
    assert isinstance(result, dict)
    assert violations_of_value(schema, result) == ()
    return {name: value for name, value in result.items() if name in values}


def returned(forms: tuple[Codec, Schema], name: str, value: object) -> object:
    codec, schema = forms
    decoded = codec.decode(schema, codec.encode(schema, {name: value}))  # type: ignore[dict-item]  # any domain value
    assert isinstance(decoded, dict)
    return decoded[name]


moments = st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 30)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=CHINA)
)
days = st.dates(date(1000, 1, 1), date(9999, 12, 31))
amounts = st.decimals(Decimal(0), Decimal("99999999999999.99"), places=2)
labels = st.sampled_from(["very satisfied", "satisfied", "basically satisfied", "dissatisfied", "very dissatisfied"])


@given(moments, st.sampled_from(["basic", "compact", "colon", "rfc3339", "standard"]))
def test_a_moment_returns_from_every_form(forms: tuple[Codec, Schema], moment: datetime, name: str) -> None:
    encoded(forms, {name: moment})
    assert returned(forms, name, moment) == moment


@given(days, st.sampled_from(["day", "iso_day"]))
def test_a_day_returns_from_every_form(forms: tuple[Codec, Schema], day: date, name: str) -> None:
    encoded(forms, {name: day})
    assert returned(forms, name, day) == day


@given(amounts)
def test_an_amount_returns_from_money_to_the_cent(forms: tuple[Codec, Schema], amount: Decimal) -> None:
    encoded(forms, {"money": amount})
    assert returned(forms, "money", amount) == amount


@given(st.decimals(Decimal(-(10**6)), Decimal(10**6), places=2))
def test_an_amount_returns_from_a_number(forms: tuple[Codec, Schema], amount: Decimal) -> None:
    assert returned(forms, "number", amount) == amount


@given(labels, st.sampled_from(["national", "stars"]))
def test_a_code_returns_from_every_edition_of_its_list(forms: tuple[Codec, Schema], label: str, name: str) -> None:
    code = Code("satisfaction", label)
    encoded(forms, {name: code})
    assert returned(forms, name, code) == code


def test_the_forms_are_written_as_their_names_say(forms: tuple[Codec, Schema]) -> None:
    moment = datetime(2022, 7, 26, 10, 15, 7, tzinfo=CHINA)
    values = dict.fromkeys(("basic", "compact", "colon", "rfc3339", "standard"), moment)
    day = date(2022, 7, 26)
    assert encoded(forms, {**values, "day": day, "iso_day": day, "money": Decimal("20.5")}) == {
        "basic": "20220726T101507",
        "compact": "20220726101507",
        "colon": "2022072610:15:07",
        "rfc3339": "2022-07-26T10:15:07+08:00",
        "standard": "2022-07-26T10:15:07+08:00",
        "day": "20220726",
        "iso_day": "2022-07-26",
        "money": "20.50",
    }


def test_one_meaning_has_another_code_in_another_edition(forms: tuple[Codec, Schema]) -> None:
    best = Code("satisfaction", "very satisfied")
    assert encoded(forms, {"national": best, "stars": best}) == {"national": "1", "stars": "5"}


def test_a_moment_of_another_zone_is_written_in_china_standard_time(forms: tuple[Codec, Schema]) -> None:
    moment = datetime(2022, 7, 26, 2, 0, tzinfo=CHINA) + timedelta(hours=1)
    utc = moment.astimezone(tz=None)
    assert encoded(forms, {"basic": utc}) == {"basic": "20220726T030000"}


def test_what_the_edition_does_not_declare_is_left_out(forms: tuple[Codec, Schema]) -> None:
    codec, schema = forms
    assert codec.encode(schema, {"note": "a", "strange": 1}) == {"note": "a"}


def test_none_is_left_out_or_null_where_it_is_required(forms: tuple[Codec, Schema]) -> None:
    codec, schema = forms
    assert codec.encode(schema, {"note": None, "flag": None, "basic": None}) == {"note": None}


def test_a_text_is_cut_at_the_length_of_the_edition(forms: tuple[Codec, Schema]) -> None:
    assert encoded(forms, {"short": "640000"}) == {"short": "6400"}


def test_codes_of_an_open_list_stay_text(forms: tuple[Codec, Schema]) -> None:
    assert returned(forms, "open", "扫描") == "扫描"


def test_schemas_inside_lists_and_combinations_are_seen(forms: tuple[Codec, Schema]) -> None:
    moment = datetime(2022, 7, 26, 10, 15, 7, tzinfo=CHINA)
    part = {"at": moment, "by": "x"}
    assert returned(forms, "list", [part]) == [part]
    assert returned(forms, "either", part) == part


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("national", Code("satisfaction", "delighted"), "has no member 'delighted'"),
        ("short", Code("satisfaction", "satisfied"), "where no code list is named"),
        ("basic", date(2022, 7, 26), "a datetime is needed"),
        ("day", datetime(2022, 7, 26, tzinfo=CHINA), "a date is needed"),
        ("money", "20", "an amount is needed"),
        ("note", {1, 2}, "no plain form"),
    ],
)
def test_a_value_without_writing_is_told_with_its_place(
    forms: tuple[Codec, Schema], name: str, value: object, said: str
) -> None:
    codec, schema = forms
    with pytest.raises(CodecError, match=said) as caught:
        codec.encode(schema, {name: value})  # type: ignore[dict-item]  # the case under test
    assert caught.value.pointer == f"/{name}"


def test_a_text_of_another_form_is_told_with_its_place(forms: tuple[Codec, Schema]) -> None:
    codec, schema = forms
    with pytest.raises(CodecError) as caught:
        codec.decode(schema, {"list": [{"at": "yesterday"}]})
    assert caught.value.pointer == "/list/0/at"
