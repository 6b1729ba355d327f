"""A pytest plugin that compares recorded answers of AWS with the answers here.

LocalStack's tests record what AWS answered in *.snapshot.json files. The plugin writes one JSON line for each recorded
answer of a test: whether the answer here is equal, or what differs, or why the test did not reach it. Unlike in
LocalStack's own runs, no test exempts a path from the comparison; values.json names the values that are left out.
"""

import inspect
import json
import os
import re
import socket
import sys
import types
from unittest.mock import MagicMock

import pytest
from deepdiff import DeepDiff
from localstack_snapshot.snapshots.prototype import SnapshotSession

# A checkout lacks this module, which is made when a package of it is built.
sys.modules.setdefault("localstack.version", types.SimpleNamespace(__version__="0"))

# Some files import the CDK for tests that need CloudFormation. Their other tests run without it.
sys.modules.setdefault("aws_cdk", MagicMock())

# Where tests that speak HTTP themselves send their requests.
from localstack import config, constants  # noqa: E402

config.S3_VIRTUAL_HOSTNAME = constants.LOCALHOST_HOSTNAME = "localhost"
constants.DEFAULT_PORT_EDGE = int(os.environ["GATEWAY_LISTEN"].split(":")[1])

# Names below localhost are those of buckets, and not every resolver knows them.
resolve = socket.getaddrinfo
socket.getaddrinfo = lambda host, *more, **options: resolve(
    "127.0.0.1" if str(host).endswith("localhost") else host, *more, **options
)

ENUM = re.compile(r"(enum value set: \[)([^\]]*)(\])")
PATTERN = re.compile(r"(regular expression pattern: ).*", re.S)


def values_in(text):
    """The values of each enumeration in a message."""
    return [set(found[1].split(", ")) for found in ENUM.findall(text)]


def normal(value, recorded=None):
    """An answer in the form in which it is compared with the recorded one.

    AWS lists the values of enumerations in the order of a hash table, and has added values since it was recorded: those
    that were recorded must all be there. Regular expressions in messages are those of the service models, which are newer
    than the recordings, so only the rest of the message is compared.
    """
    if isinstance(value, str):
        known = values_in(recorded) if isinstance(recorded, str) else []
        own = values_in(value)
        if len(known) == len(own) and all(old <= new for old, new in zip(known, own)):
            value = ENUM.sub(lambda m: m[1] + ", ".join(sorted(known.pop(0))) + m[3], value)
        else:
            value = ENUM.sub(lambda m: m[1] + ", ".join(sorted(m[2].split(", "))) + m[3], value)
        return PATTERN.sub(r"\1<pattern>", value)
    if isinstance(value, list):
        others = recorded if isinstance(recorded, list) and len(recorded) == len(value) else [None] * len(value)
        return [normal(each, other) for each, other in zip(value, others)]
    # JSON has one type of number: 30.0 and 30 are equal.
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        others = recorded if isinstance(recorded, dict) else {}
        return {key: normal(each, others.get(key)) for key, each in value.items()}
    return value


def compare(session, raised):
    recorded = session.recorded_state or {}
    session.skip_verification_paths = []
    try:
        observed = session._transform(session.observed_state)
    except Exception as error:  # a transformer that meets an answer of another shape
        observed, raised = {}, raised or f"{type(error).__name__}: {error}"
    for key, answer in recorded.items():
        if key not in observed:
            yield key, "not reached", raised
            continue
        diff = DeepDiff(normal(answer), normal(observed[key], answer), verbose_level=2, view="text")
        detail = compared(json.loads(diff.to_json(default_mapping={type: str})), json.dumps(answer))
        yield (key, "different", detail) if detail else (key, "equal", None)


with open(os.path.join(os.path.dirname(__file__), "values.json")) as file:
    VALUES = json.load(file)


def compared(diff, answer):
    """The difference without values that are left out of the comparison."""
    patterns = [rule["path"] for rule in VALUES if rule.get("where", "") in answer]

    def kept(path):
        return not any(re.search(pattern, path) for pattern in patterns)

    return {
        kind: left
        for kind, paths in diff.items()
        if (left := {path: each for path, each in paths.items() if kept(path)} if isinstance(paths, dict) else paths)
    }


@pytest.hookimpl(hookwrapper=True, trylast=True)
def pytest_runtest_makereport(item, call):
    yield
    session = item.funcargs.get("_snapshot_session") if hasattr(item, "funcargs") else None
    if call.when == "teardown":
        return
    if call.when == "setup":
        # A test that fails before its body reaches none of its recorded answers.
        if call.excinfo is None or call.excinfo.typename == "Skipped":
            return
        names = recorded_keys(item)
        results = [(name, "not reached", str(call.excinfo.value)) for name in names]
    elif session is None or not session.recorded_state:
        return
    else:
        results = compare(session, None if call.excinfo is None else str(call.excinfo.value)[:2000])
    with open(os.environ["RECORDED_RESULTS"], "a") as file:
        for key, outcome, detail in results:
            line = {"test": item.nodeid, "key": key, "outcome": outcome, "detail": detail, "needs": needs(item)}
            if outcome != "equal" and session is not None:
                line["recorded"] = (session.recorded_state or {}).get(key)
            file.write(json.dumps(line, default=str) + "\n")


def needs(item):
    """What the test needs, where it is more than one account of supported services."""
    fixtures = getattr(item, "fixturenames", ())
    if any(name.startswith("secondary_") or name.endswith("_secondary_client") for name in fixtures):
        return "a second account"
    if any(name in fixtures for name in ("deploy_cfn_template", "infrastructure_setup")):
        return "CloudFormation"
    return None


def recorded_keys(item):
    path = re.sub(r"\.py$", ".snapshot.json", str(item.fspath))
    if not os.path.exists(path):
        return []
    with open(path) as file:
        return list(json.load(file).get(item.nodeid, {}).get("recorded-content", {}))


def pytest_configure():
    SnapshotSession._assert_all = lambda self, *args: []


LOCALSTACK_ONLY = re.compile(r"if not .*is_aws_cloud\(\)")


def pytest_collection_modifyitems(items):
    """Only tests with recorded answers. Those with steps for LocalStack alone do what they did against AWS."""
    items[:] = [item for item in items if recorded_keys(item)]
    for item in items:
        if LOCALSTACK_ONLY.search(inspect.getsource(item.function)):
            item.module.is_aws_cloud = as_recorded


def as_recorded():
    """In place of is_aws_cloud: true in tests with steps for LocalStack alone. Helpers keep the endpoint here."""
    code = inspect.currentframe().f_back.f_code
    return code.co_name.startswith("test_") and LOCALSTACK_ONLY.search(inspect.getsource(code)) is not None
