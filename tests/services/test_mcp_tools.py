"""Tools for the user's agent: they only read stored data, and stop working when the user revokes permission."""

from __future__ import annotations

import json
import re
import shlex
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import hostile
import invented_calls
from invented_calls import Call
from salesnerd_tui import cli
from salesnerd_tui.call.events import HypothesisJudged, NoteKind, PlanKind, PlanSet, Verdict
from salesnerd_tui.errors import UserError
from salesnerd_tui.services.mcp_tools import MAX_LIMIT, TOOLS, call_tool
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.forget import ForgetPlan, ForgottenName

BEGAN = datetime.fromisoformat("2026-11-20T10:00:00+01:00")
PLAYBOOK = "playbook: mine\ntitle: Mine\ngoal: Learn\nagenda:\n  - section: Why\n    ask: [{id: why, ask: Why now}]\n"


def store_call(folder: Path, call: Call) -> str:
    return invented_calls.keep(folder, call.events, BEGAN, "Northwind Clinic")


def allow_agents(folder: Path, setting: str = "on") -> None:
    assert cli.main(["settings", "--mcp", setting, "--data", str(folder)]) == 0


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with one call, which agents may read."""
    call = Call().answered(30, "trigger", "What happened?", "Dana was paged twice")
    store_call(tmp_path, call.noted(50, "Send the security page by 2026-12-04", NoteKind.PROMISE))
    allow_agents(tmp_path)
    return tmp_path


def read(data: Path, name: str, **arguments: Any) -> Any:
    return json.loads(call_tool(data, name, arguments))


def read_files(data: Path) -> dict[Path, bytes]:
    """Return what is stored, without the search cache, which holds nothing that is not in the calls."""
    found = [path for path in data.rglob("*") if path.is_file() and path.suffix != ".lock"]
    return {path: path.read_bytes() for path in found if not path.name.startswith("index.sqlite3")}


def test_nothing_is_read_until_the_user_allows_it_and_after_it_is_taken_back(tmp_path: Path) -> None:
    store_call(tmp_path, Call())
    for _ in range(2):
        for tool in TOOLS:
            needed = {each.name: [] if each.kind == "array" else "kept" for each in tool.parameters if each.required}
            with pytest.raises(UserError, match="salesnerd settings --mcp on"):
                call_tool(tmp_path, tool.name, needed)
        allow_agents(tmp_path)
        assert len(read(tmp_path, "list_calls")) == 1
        allow_agents(tmp_path, "off")


def test_hypotheses_are_read_with_the_account_and_its_prep(data: Path) -> None:
    call = Call().add(PlanSet(0, PlanKind.HYPOTHESIS, "cost", "nobody counted"))
    store_call(data, call.add(HypothesisJudged(60, "nobody counted", Verdict.FOR, "we never did")))
    for name in ("read_account", "read_prep"):
        text = call_tool(data, name, {"account": "Northwind Clinic"})
        assert "supported: nobody counted · “we never did” (20 Nov" in text


def test_a_call_is_listed_read_and_found(data: Path) -> None:
    (listed,) = read(data, "list_calls")
    assert listed["account"] == "Northwind Clinic"
    assert read(data, "list_calls", account="acme") == []
    assert "Dana was paged twice" in call_tool(data, "read_call", {"id": listed["id"]})
    (hit,) = read(data, "search_calls", words="paged")
    assert (hit["call"], hit["text"]) == (listed["id"], "Dana was paged twice · What happened?")
    (promise,) = read(data, "list_promises", side="me")
    assert "security page" in promise["promise"]["text"]
    assert "northwind" in call_tool(data, "read_prep", {"account": "northwind clinic"})
    assert call_tool(data, "read_account", {"account": "Northwind Clinic"})


def test_what_is_deleted_is_gone_at_once(data: Path) -> None:
    (listed,) = read(data, "list_calls")
    store = CallStore(data)
    store.carry_out(store.preview(ForgetPlan(names=(ForgottenName("Dana"),))).plan)
    for name, arguments in (
        ("read_call", {"id": listed["id"]}),
        ("list_calls", {}),
        ("search_calls", {"words": "paged"}),
    ):
        assert "Dana" not in call_tool(data, name, arguments)
    store.forget(listed["id"])
    assert read(data, "list_calls") == read(data, "search_calls", words="paged") == read(data, "list_promises") == []
    with pytest.raises(UserError, match="no call with id"):
        call_tool(data, "read_call", {"id": listed["id"]})


def test_a_proposal_is_a_command_that_the_user_runs(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = read_files(data)
    asked = {"account": "Northwind Clinic", "hypothesis": ["cost: it's \"nobody's\" job; $(date)"], "must": ["trigger"],
             "role": ["Dana=asks the CFO"]}  # fmt: skip
    prep = call_tool(data, "propose_prep", asked)
    (promise,) = read(data, "list_promises")
    kept = call_tool(data, "propose_promise", {"ref": promise["ref"], "status": "kept"})
    assert read_files(data) == before, "nothing was changed"
    for proposal in (prep, kept):
        program, *words = shlex.split(proposal.rpartition("\n\n")[2])
        assert program == "salesnerd"
        assert cli.main([*words, "--data", str(data)]) == 0
    shown = capsys.readouterr().out
    assert "it's \"nobody's\" job; $(date)" in shown.replace("\\", "")
    assert read(data, "list_promises") == []


@pytest.mark.parametrize(
    ("name", "arguments", "why"),
    [
        ("nothing", {}, "unknown tool"),
        ("list_calls", {"limit": True}, "expected integer"),
        ("list_calls", {"limit": "9"}, "expected integer"),
        ("list_calls", {"path": "/etc/passwd"}, "unknown argument"),
        ("read_call", {}, "missing argument: id"),
        ("read_call", {"id": ""}, "no call with id"),
        ("read_call", {"id": "../settings"}, "no call with id"),
        ("list_promises", {"side": "both"}, "expected: me, them"),
        ("read_account", {"account": "Acme"}, "nothing is stored"),
        ("lint_playbook", {}, "either id or text"),
        ("lint_playbook", {"id": "/etc/passwd"}, "unknown playbook"),
        ("lint_playbook", {"text": "x" * ((1 << 20) + 1)}, "too long"),
        ("propose_prep", {"account": "Acme"}, "nothing to propose"),
        ("propose_prep", {"account": "--data=/tmp", "must": ["trigger"]}, "invalid text"),
        ("propose_prep", {"account": "Acme", "must": ["no_such"]}, "unknown question"),
        ("propose_prep", {"account": "Acme", "role": ["Dana"]}, "expected NAME=TEXT"),
        ("propose_prep", {"account": "Acme", "hypothesis": [1]}, "expected array"),
        ("propose_promise", {"ref": "zz", "status": "kept"}, "unknown promise"),
    ],
)
def test_a_wrong_request_is_refused_in_one_line(name: str, arguments: dict[str, Any], why: str, data: Path) -> None:
    before = read_files(data)
    with pytest.raises(UserError, match=why) as refused:
        call_tool(data, name, arguments)
    assert "\n" not in str(refused.value)
    assert read_files(data) == before


def test_a_limit_is_never_above_the_maximum(data: Path) -> None:
    assert len(read(data, "list_calls", limit=MAX_LIMIT * 10)) == 1
    assert len(read(data, "list_calls", limit=-1)) == 1


def test_a_playbook_is_linted_as_text_or_by_its_id(data: Path) -> None:
    assert call_tool(data, "lint_playbook", {"id": "first_call"}) == "no findings"
    found = call_tool(data, "lint_playbook", {"text": PLAYBOOK.replace("goal", "gaol")})
    assert "gaol" in found
    assert "/tmp" not in found


@pytest.mark.parametrize("text", hostile.TYPICAL.values(), ids=hostile.TYPICAL.keys())
def test_hostile_text_is_cleaned(text: str, tmp_path: Path) -> None:
    call_id = store_call(tmp_path, Call(account=text, people=(text,)).noted(10, text))
    allow_agents(tmp_path)
    stored = {"read_call": {"id": call_id}, "list_calls": {}, "read_prep": {"account": "Northwind Clinic"}}
    for tool, needed in stored.items():
        answer = call_tool(tmp_path, tool, needed)
        assert not hostile.find_smuggled(answer.encode())
    for each in TOOLS:
        kinds = {parameter.name: parameter.kind for parameter in each.parameters}
        arguments: dict[str, Any] = {name: [text] if kind == "array" else text for name, kind in kinds.items()}
        try:
            answer = call_tool(tmp_path, each.name, arguments)
        except UserError as refused:
            answer = str(refused)
        assert not hostile.find_smuggled(answer.encode())


def test_the_documentation_names_every_tool() -> None:
    page = Path(__file__).parents[2].joinpath("docs", "calls.md").read_text(encoding="utf-8")
    section = page.partition("\n## Let your own agent read\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    assert [name for row in rows for name in re.findall(r"`(\w+)`", row)] == [tool.name for tool in TOOLS]
