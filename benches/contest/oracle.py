#!/usr/bin/env python3
"""What must come out of an event, from the meaning of the mappings alone; knows nothing of the engine.

    oracle.py expect MAPPING < EVENTS            one expected result a line, as JSON
    oracle.py compare MAPPING EVENTS OUTPUTS...  stops at the first output that differs, and shows the event

MAPPING is `zendesk` (mappings/zendesk.yaml with its default settings), `zendesk-verified` (the same with
createUsersAsVerified) or the number of rows of the mapping that crates/corpus makes. A line of OUTPUTS is `b BODY`,
`n` (nothing to send yet), `r REASON` (rejected) or `s REASON` (skipped); a body is compared as a JSON value.
docs/mapping-language.md explains the words used here.
"""

import json
import re
import sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal

SOURCE = "Rudder"
DEEPEST_VALUE = 64
DEEPEST_EVENT = 128
LARGEST_BODY = 1 << 20


class Number:
    """A number as it is spelt."""

    def __init__(self, text):
        self.text = text


class Rejected(Exception):
    """The event is bad."""


class Bad(Exception):
    """A value does not fit the type that is wanted."""

    def __init__(self, expected, value):
        super().__init__(f"expected {expected}, found {kind(value)}")


MISSING = object()


def kind(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, Number):
        whole = re.fullmatch(r"-?\d+", value.text) and -(2**63) <= int(value.text) < 2**64
        return "a whole number" if whole else "a number"
    return {str: "text", list: "a list", dict: "an object"}[type(value)]


# Types (section 4.3)


def string(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return value.text
    if isinstance(value, str):
        return value
    raise Bad("text", value)


def integer(value):
    if isinstance(value, Number):
        if re.fullmatch(r"-?(0|[1-9]\d*)", value.text):
            return value
        worth = Decimal(value.text)
        if worth == worth.to_integral_value() and abs(worth) < 2**53:
            return Number(str(int(worth)))
    if isinstance(value, str) and re.fullmatch(r"-?(0|[1-9][0-9]*)", value.strip(), re.ASCII):
        return Number(value.strip())
    raise Bad("a whole number", value)


def boolean(value):
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false") and value.isascii():
        return value.lower() == "true"
    raise Bad("true or false", value)


def email(value):
    if isinstance(value, str):
        text = value.strip()
        local, _, domain = text.partition("@")
        strange = re.search(r'[\s\x00-\x1f\x7f-\x9f"(),:;<>\[\\\]]', text)
        if len(text.encode()) <= 254 and local and "@" not in domain and not strange and all(domain.split(".")):
            return text
    raise Bad("an e-mail address", value)


def moment(value):
    expected = "a date and time like 2024-05-01T10:00:00Z"
    if isinstance(value, Number):
        worth = Decimal(value.text)
        milliseconds = int(worth if worth >= 10**11 else worth * 1000)
        if worth < 0 or milliseconds > 253_402_207_200_999:
            raise Bad(expected, value)
        return in_utc(datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=milliseconds))
    day, time, offset = r"(\d{4}-\d\d-\d\d)", r"(\d\d:\d\d:\d\d)(\.\d{1,9})?", r"(Z|[+-]\d\d:\d\d)"
    text = value.strip() if isinstance(value, str) else ""
    found = re.fullmatch(f"{day}(?:([T ]){time}{offset}?)?", text, re.ASCII)
    try:
        if not found:
            raise ValueError
        date, separator, clock, fraction, zone = found.groups()
        read = datetime.fromisoformat(f"{date}T{clock or '00:00:00'}{(fraction or '.0')[:7]:0<7}")
        if zone and zone != "Z":
            hours, minutes = int(zone[1:3]), int(zone[4:])
            ahead = timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
            if minutes > 59 or hours > 25:
                raise ValueError
            read -= ahead
    except (ValueError, OverflowError):
        raise Bad(expected, value) from None
    if zone and separator == "T" and text == value:
        return value
    return in_utc(read)


def in_utc(read):
    text = read.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
    return text + (f".{read.microsecond:06}".rstrip("0") if read.microsecond else "") + "Z"


def an_object(value):
    if isinstance(value, dict):
        return value
    raise Bad("an object", value)


def strings(value):
    try:
        return [string(item) for item in value] if isinstance(value, list) else [string(value)]
    except Bad as bad:
        raise bad from None


def anything(value):
    return value


# Rows (section 4.1)


def is_empty(value):
    return value == "" or value == [] or value == {}


def row(label, candidates, cast=anything, empty_is_missing=True, skip=False, default=MISSING):
    """The first candidate, given as (selector, value), that is there and fits."""
    for selector, value in candidates:
        if value is MISSING or value is None or (empty_is_missing and is_empty(value)):
            continue
        try:
            return cast(value)
        except Bad as bad:
            if not skip:
                raise Rejected(f"`{label}` ({selector}): {bad}") from None
    return default


def step(value, *keys):
    for key in keys:
        value = value.get(key, MISSING) if isinstance(value, dict) else MISSING
    return value


def rest(members, read, written):
    """What a `rest` with `null: send` and the keys of Zendesk sends (section 7.2)."""
    unread = []
    for key, value in members.items():
        if key in read or isinstance(value, (dict, list)):
            continue
        name = "".join(c if re.fullmatch("[A-Za-z0-9_-]", c) else "_" for c in key)
        if name == "" or re.fullmatch("[0-9]+", name, re.ASCII):
            name = "_" + name
        unread.append((key, name, value))
    right = {key for key, name, _ in unread if key == name}
    sent = {}
    for key, name, value in unread:
        if name not in written and (key == name or (name not in right and name not in sent)):
            sent[name] = value
    return sent


def without_missing(**rows):
    return {key: value for key, value in rows.items() if value is not MISSING}


# mappings/zendesk.yaml


class Zendesk:
    def __init__(self, verified):
        self.verified = True if verified else MISSING

    def expected(self, event):
        """The body, or `None` for nothing to send yet."""
        if not isinstance(event, dict):
            raise Rejected(f"the event is not an object but {kind(event)}")
        if excluded(event, "ZENDESK"):
            return {"skipped": "the event's integrations exclude ZENDESK"}
        word = event.get("type")
        if word is None or word == "":
            raise Rejected("the event has no type")
        if not isinstance(word, str):
            raise Rejected(f"the event's type is not text but {kind(word)}")
        flow = {"identify": self.identify, "track": self.track, "group": self.group}.get(word.lower())
        if not flow:
            raise Rejected(f"Event type {word.lower()[:60]} is not supported")
        return flow(event)

    def identify(self, event):
        user_id = self.user_id(event, "identify")
        person = self.person(event)
        name = step(person, "name")
        if name is MISSING or name is None or is_empty(name):
            raise Rejected('Missing required value from "name"')
        name = row("user.name", [("$person.name", name)], string)
        email = self.email(person)
        organization = self.organization_of(person)
        zone = row("user.time_zone", [("$person.timezone", step(person, "timezone"))], string)
        phone = row("user.phone", [("$person.phone", step(person, "phone"))], string)
        read = {"name", "email", "userId", "id", "organizationId", "timezone", "phone"}
        fields = {"id": user_id, **rest(person, read, {"id"})}
        return {"user": without_missing(
            name=name, email=email, external_id=user_id, organization_id=organization, time_zone=zone, phone=phone,
            verified=self.verified, user_fields=fields)}

    def track(self, event):
        user_id = self.user_id(event, "track")
        action = row("names.action", [("$.event", event.get("event", MISSING))], string)
        if action is MISSING:
            raise Rejected("A track event needs a name")
        details = row("names.details", [("$.properties", event.get("properties", MISSING))], an_object, False, default={})
        moments = [(f"$.{key}", event.get(key, MISSING)) for key in ("timestamp", "originalTimestamp")]
        happened = row("names.happened", moments, moment, False, skip=True)
        email = self.email(self.person(event), skip=True)
        if depth(details) > DEEPEST_VALUE:
            raise Rejected(f"`event.event.properties` is nested more than {DEEPEST_VALUE} deep")
        identifiers = [{"type": "external_id", "value": user_id}]
        if email is not MISSING:
            identifiers.insert(0, {"type": "email", "value": email})
        return {
            "event": without_missing(
                type=action[:40], source=SOURCE, description=action, properties=details, created_at=happened),
            "profile": {"type": "customer", "source": SOURCE, "identifiers": identifiers},
        }

    def group(self, event):
        user_id = self.user_id(event, "group")
        firm = row("names.firm", [("$.traits", event.get("traits", MISSING))], an_object, False)
        if firm is MISSING:
            raise Rejected("Organisation Traits are missing. Aborting.")
        ids = [("$.groupId", event.get("groupId", MISSING)), ("$firm.groupId", step(firm, "groupId"))]
        group_id = row("names.group_id", ids, string)
        name = step(firm, "name")
        if group_id is MISSING and (name is MISSING or name is None or is_empty(name)):
            raise Rejected("An organization needs a groupId or a name")
        traits = step(event, "context", "traits")
        self.email(row("names.person", [("$.context.traits", traits)], an_object, False))
        if group_id is MISSING:
            return None
        attribute = lambda key, of, cast: row(f"organization.{key}", [(f"$firm.{of}", step(firm, of))], cast)
        name, domains = attribute("name", "name", string), attribute("domain_names", "domainNames", strings)
        tags, url = attribute("tags", "tags", strings), attribute("url", "url", string)
        deleted = attribute("deleted", "deleted", boolean)
        number = row("organization.organization_fields.id", [("$firm.id", step(firm, "id")), ("", group_id)])
        read = {"name", "domainNames", "tags", "url", "deleted", "id", "groupId"}
        fields = {"id": number, **rest(firm, read, {"id"})}
        return {"organization": without_missing(
            name=name, external_id=group_id, domain_names=domains, tags=tags, url=url, deleted=deleted,
            organization_fields=fields)}

    @staticmethod
    def user_id(event, flow):
        user_id = row("names.user_id", [("$.userId", event.get("userId", MISSING))], string)
        if user_id is MISSING:
            raise Rejected(f"UserId is a mandatory field for {flow}")
        return user_id

    @staticmethod
    def person(event):
        traits = step(event, "context", "traits")
        return row("names.person", [("$.traits", event.get("traits", MISSING)), ("$.context.traits", traits)], an_object)

    @staticmethod
    def email(person, skip=False):
        return row("names.email", [("$person.email", step(person, "email"))], email, skip=skip)

    @staticmethod
    def organization_of(person):
        company = step(person, "company", "id")
        candidates = [("", step(person, "organizationId")), ("", company)]
        joins = row("names.joins", candidates, integer, False, skip=True)
        removes = row("names.removes", [("$person.company.remove", step(person, "company", "remove"))], boolean)
        scalar = isinstance(company, (str, bool, Number)) and joins is not MISSING
        if removes is True and scalar and string(company).lower() == joins.text.lower():
            return MISSING
        return joins


def excluded(event, name):
    integrations = event.get("integrations")
    if not isinstance(integrations, dict):
        return False
    entry = lambda wanted: next((v for k, v in integrations.items() if k.lower() == wanted.lower()), MISSING)
    own = entry(name)
    if isinstance(own, bool):
        return not own
    return not isinstance(own, dict) and entry("All") is False


def depth(value):
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


# The mapping of crates/corpus with ever more rows


class Rows:
    def __init__(self, count):
        self.count = count

    def expected(self, event):
        traits = event["traits"]
        body = without_missing(
            id=row("user.id", [("$.userId", event.get("userId", MISSING))], string, False),
            name=row("user.name", [("$.traits.name", step(traits, "name"))], string, False))
        fields = {}
        for index in range(self.count):
            key = f"attribute_{index}"
            value = step(traits, key)
            container = isinstance(value, (dict, list))
            if value is MISSING or value is None or (index % 4 == 2 and container) or (index % 4 == 3 and is_empty(value)):
                continue
            fields[key] = row(f"user.fields.{key}", [(f"$.traits.{key}", value)], string, False) if index % 4 == 1 else value
        read = {f"attribute_{index}" for index in range(self.count)} | {"name"}
        for key, value in traits.items():
            if key not in read and value is not None and not isinstance(value, (dict, list)):
                fields[key] = value
        return {**body, "fields": fields} if fields else body


# Events in, results out


def result(mapping, line):
    try:
        event = json.loads(line, parse_int=Number, parse_float=Number)
    except RecursionError:
        return {"rejected": None}  # whatever the words are
    try:
        body = mapping.expected(event)
    except Rejected as rejected:
        return {"rejected": str(rejected)}
    if body is None or "skipped" in body:
        return body or {}
    return {"body": body}


def printed(value):
    if isinstance(value, Number):
        return value.text
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{printed(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(printed, value)) + "]"
    return json.dumps(value)


def same(left, right):
    """Equal as JSON: numbers by their worth, and true is not 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right


def agrees(expected, output):
    letter, _, text = output.partition(" ")
    if "body" in expected:
        if letter != "b":
            return False
        read = lambda text: json.loads(text, parse_float=Decimal)
        return same(read(printed(expected["body"])), read(text))
    if not expected:
        return letter == "n"
    (what, why), = expected.items()
    return letter == what[0] and (why is None or why == text)


def compare(mapping, events, outputs):
    with open(events, encoding="utf-8") as file:
        events = file.read().split("\n")[:-1]
    expected = [result(mapping, event) for event in events]
    for path in outputs:
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")[:-1]
        if len(lines) != len(events):
            sys.exit(f"{path}: {len(lines)} outputs of {len(events)} events")
        for number, (event, wanted, line) in enumerate(zip(events, expected, lines)):
            if not agrees(wanted, line):
                shown = printed(wanted) if wanted else "nothing to send"
                sys.exit(f"{path}: event {number}\n{event[:4000]}\nexpected {shown[:4000]}\nmade     {line[:4000]}")


def main(arguments):
    if len(arguments) < 2:
        sys.exit(__doc__)
    what, name, *paths = arguments
    mapping = Rows(int(name)) if name.isdecimal() else Zendesk(name == "zendesk-verified")
    if what == "expect":
        for line in sys.stdin:
            print(printed(result(mapping, line)))
    else:
        compare(mapping, paths[0], paths[1:])


main(sys.argv[1:])
