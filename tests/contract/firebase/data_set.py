"""Documents with every type of value, collections in five levels, and users of every kind."""

from __future__ import annotations

import base64

AWKWARD = ["plain", "ümläut", "日本語", "\U0001f600", "with space", "a%2Fb", "a.b*[c]`~", "quote\"and\\back",
           "..x", "line\u2028separator", "__id7__"]


def every_value(root: str) -> dict[str, dict]:
    """`root`: the name of the database's documents, for references."""
    text = lambda value: {"stringValue": value}  # noqa: E731
    return {
        "null": {"nullValue": None},
        "true": {"booleanValue": True},
        "false": {"booleanValue": False},
        "zero": {"integerValue": "0"},
        "smallest": {"integerValue": "-9223372036854775808"},
        "largest": {"integerValue": "9223372036854775807"},
        "beyond double": {"integerValue": "9007199254740993"},
        "half": {"doubleValue": 0.5},
        "third": {"doubleValue": 1 / 3},
        "tiny": {"doubleValue": 5e-324},
        "huge": {"doubleValue": 1.7976931348623157e308},
        "not a number": {"doubleValue": "NaN"},
        "infinity": {"doubleValue": "Infinity"},
        "minus infinity": {"doubleValue": "-Infinity"},
        "early": {"timestampValue": "0001-01-01T00:00:00Z"},
        "late": {"timestampValue": "9999-12-31T23:59:59.999999Z"},
        "now": {"timestampValue": "2026-11-24T08:40:03.026230Z"},
        "bytes": {"bytesValue": base64.b64encode(bytes(range(256))).decode()},
        "no bytes": {"bytesValue": ""},
        "reference": {"referenceValue": f"{root}/every/ümläut/below/a%2Fb"},
        "point": {"geoPointValue": {"latitude": -33.8688, "longitude": 151.2093}},
        "origin": {"geoPointValue": {"latitude": 0, "longitude": 0}},
        "empty text": text(""),
        "text": text("<b>&amp;\u0000\u0001\t\r\n\\\"/ü日\U0001f600\u2028"),
        "looks like a reference": text("\"referenceValue\":\"projects/demo/databases/x"),
        "long text": text("ä" * 20_000),
        "empty list": {"arrayValue": {}},
        "list": {"arrayValue": {"values": [text("b"), text("a"), {"integerValue": "1"}, {"mapValue": {}}]}},
        "empty map": {"mapValue": {}},
        "vector": {"mapValue": {"fields": {
            "__type__": text("__vector__"),
            "value": {"arrayValue": {"values": [{"doubleValue": 1.5}, {"doubleValue": -2.25}]}}}}},
        "deep": _deep(18),
        "doubleValue": text("a field with a type's name"),
        "name": text("name"), "fields": text("fields"),
        **{name: text(name) for name in AWKWARD if name != "__id7__"},
    }


def _deep(levels: int) -> dict:
    value: dict = {"stringValue": "bottom"}
    for level in range(levels):
        value = {"mapValue": {"fields": {f"level {level}": value}}}
    return value


def tree(documents: int, filler: int = 60) -> dict[str, dict]:
    """Collections level1 to level5, each below documents of the one before that do not exist."""
    made = {}
    for number in range(documents):
        depth = number % 5 + 1
        parts = [f"level{level}/parent-{number // 5 % 40}" for level in range(1, depth)]
        parts.append(f"level{depth}/document-{number}")
        made["/".join(parts)] = {
            "number": {"integerValue": str(number)},
            "text": {"stringValue": f"document {number} " + "x" * filler},
            "when": {"timestampValue": "2026-01-01T00:00:00Z"},
            "map": {"mapValue": {"fields": {"share": {"doubleValue": number / 7},
                                            "even": {"booleanValue": number % 2 == 0}}}},
        }
    return made


def users(count: int) -> list[dict]:
    return [_user(number) for number in range(count)]


def _user(number: int) -> dict:
    user = {"localId": f"user{number:06}{'' if number % 7 else '-ü'}", "createdAt": str(1_500_000_000_000 + number),
            "lastLoginAt": str(1_600_000_000_000 + number)}
    kind = number % 6
    if kind in (0, 1, 4):
        user |= {"email": f"user{number}@example.com", "emailVerified": kind != 1,
                 "passwordHash": base64.urlsafe_b64encode(f"hash of {number}".ljust(64).encode()).decode(),
                 "salt": base64.urlsafe_b64encode(f"salt {number}".encode()).decode()}
    if kind == 1:
        user |= {"disabled": True, "displayName": f"Jürgen \"/\\ {number} \U0001f600",
                 "photoUrl": f"https://example.com/{number}?a=1&b=2"}
    if kind == 2:
        user |= {"providerUserInfo": [
            {"providerId": "google.com", "rawId": f"g{number}", "email": f"g{number}@gmail.com",
             "displayName": "G"},
            {"providerId": "github.com", "rawId": f"h{number}"}]}
    if kind == 3:
        user |= {"phoneNumber": f"+1555{number:07}"}
    if kind == 4:
        user |= {"customAttributes": "{\"role\":\"ädmin\",\"level\":%d,\"list\":[1,2]}" % number,
                 "mfaInfo": [{"mfaEnrollmentId": f"mfa{number}", "displayName": "phone",
                              "phoneInfo": f"+1666{number:07}", "enrolledAt": "2020-01-01T00:00:00.000Z"}]}
    return user
