"""Making a customer's checklist."""

import json
import re
from pathlib import Path

import pytest

from onbo.document.parse import parse
from onbo.onboarding.answers import placeholders
from runner import onbo
from workspace import put


def text(slug: str = "acme") -> str:
    return Path("customers", f"{slug}.md").read_text(encoding="utf-8")


def test_smb_takes_the_essentials() -> None:
    assert onbo("new", "acme", "--segment", "smb").status == 0
    status = onbo("status", "acme").out
    assert "0 / 30 done" in status
    assert [line.split("  ")[-1] for line in status.splitlines()[2:]] == ["0 / 5"] * 6


def test_an_enterprise_customer_takes_ninety_days() -> None:
    said = onbo("new", "Beta Corp", "--segment", "enterprise", "--kickoff", "2026-12-01", "--csm", "Dana Doe", "--json")
    made = json.loads(said.out)
    assert made == {
        "schema": 1,
        "kind": "new",
        "today": "2026-12-12",
        "path": "customers/beta-corp.md",
        "slug": "beta-corp",
        "template": "90-day",
        "done": 0,
        "total": 86,
        "unfilled": 14,
    }
    [row] = json.loads(onbo("status", "--json").out)["customers"]
    assert [phase["total"] for phase in row["phases"]] == [31, 18, 14, 15, 8]
    assert (row["segment"], row["csm"], row["kickoff"]) == ("enterprise", "Dana Doe", "2026-12-01")


def test_only_what_was_given_is_filled_and_the_rest_is_the_template() -> None:
    onbo("new", "acme", "--segment", "SMB", "--set", "Target Go-Live=kickoff+30", "--kickoff", "2026-12-01")
    template = Path(__file__).parent.parent.joinpath("templates", "essentials.md").read_text(encoding="utf-8")
    body = template.split("---\n", 2)[2]
    expected = (
        body.replace("[Customer Name]", "acme")
        .replace("[Enterprise / Mid-Market / SMB]", "SMB")
        .replace("**Kickoff Date:** [Date]", "**Kickoff Date:** 2026-12-01")
        .replace("**Target Go-Live:** [Date]", "**Target Go-Live:** 2026-12-31")
    )
    front, copy = text().split("---\n")[1:]
    assert copy == expected
    base = Path(".onbo", "base")
    [snapshot] = base.iterdir()
    assert snapshot.read_text(encoding="utf-8") == template
    base_line = f'template: essentials\nversion: "1.0"\nbase: "{snapshot.stem.rpartition("-")[2]}"\n'
    assert re.fullmatch(re.escape(base_line) + r"customer_id: [a-z][a-z0-9]{7}\n", front)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Acme Corp", "acme-corp"),
        ("Zoë & Söhne GmbH", "zoe-sohne-gmbh"),
        ("[red] alert", "red-alert"),
        ("Straße 7", "strasse-7"),
        ("Ørsted", "orsted"),
        ("ŁUKASZ", "lukasz"),
        ("Þórr", "thorr"),
        ("Æther Œuvre", "aether-oeuvre"),
        ("Đorđe", "dorde"),
        ("  spaced  ", "spaced"),
        ("100% Co.", "100-co"),
        ("A" * 64, "a" * 64),
    ],
)
def test_names_accepted(name: str, slug: str) -> None:
    assert onbo("new", name).status == 0
    assert name.strip().replace("[", "\\[") in text(slug)
    row = json.loads(onbo("status", slug, "--json").out)["customers"][0]
    assert row["name"] == name.strip()


@pytest.mark.parametrize(("name", "slug"), [("株式会社", "kk"), ("AC/DC", "acdc"), ("C:\\x", "cx"), ("..", "dots")])
def test_names_that_need_a_slug(name: str, slug: str) -> None:
    said = onbo("new", name)
    assert said.status == 2
    assert "give one: --slug acme" in said.err
    assert not Path("customers").exists()
    assert onbo("new", name, "--slug", slug).status == 0
    assert f"**Customer:** {name}\n" in text(slug)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["CON"], "the name 'con' is reserved"),
        (["lpt1"], "the name 'lpt1' is reserved"),
        (["README"], "the name 'readme' is reserved"),
        (["A" * 65], "the slug aaaaaaaaaaaaaaaaaaaa... is 65 characters long"),
        (["x", "--slug", "Up"], "'Up' is no slug"),
        (["x", "--slug", "../x"], "'../x' is no slug"),
        (["x", "--slug", "a--b"], "'a--b' is no slug"),
        (["x", "--slug", "a\n"], "'a\\n' is no slug"),
        (["x", "--slug", ""], "'' is no slug"),
        ([" "], "the customer's name is empty"),
        (["a\x1b[31m"], "holds a control or bidirectional character"),
        (["a\u202eb"], "holds a control or bidirectional character"),
        (["x", "--segment", "huge"], "template 90-day is not for segment 'huge'"),
        (["x", "--template", "none"], "there is no template 'none'; available: 30-day, 90-day, essentials"),
        (["x", "--kickoff", "2026-02-30"], "Kickoff Date: '2026-02-30': there is no such day"),
        (["x", "--kickoff", "12/01/2026"], "not a date that can be read one way only"),
        (["x", "--kickoff", "kickoff+3"], "needs a kickoff date, and there is none yet"),
        (["x", "--set", "Target Go-Live=kickoff+1"], "needs a kickoff date, and there is none yet"),
        (["x", "--set", "Nonsense=1"], "template 90-day: no field or table cell 'Nonsense'"),
        (["x", "--set", "Nonsense"], "'Nonsense' has no `=`"),
        (["x", "--set", "CSM=a\tb"], "CSM: the value holds a control character"),
        (["x", "--set", "CSM="], "CSM: the value is empty"),
        (["x", "--set", "Activation Rate=180%"], "Activation Rate: '180%' is not a percentage from 0 to 100"),
        (["x", "--set", "Activation Rate=many"], "Activation Rate: 'many' is not a percentage from 0 to 100"),
        (["x", "--set", "30-Day Health Score=101"], "30-Day Health Score: '101' is not a number from 0 to 100"),
        (
            ["x", "--set", "Onboarding Status=Lost"],
            "Onboarding Status: 'Lost' is not one of its options; choose Complete, In Progress, Blocked",
        ),
        (["x", "--frob"], "no such option: --frob"),
        ([], "new needs a name; for example: onbo new acme"),
    ],
)
def test_refused_and_nothing_written(arguments: list[str], why: str) -> None:
    said = onbo("new", *arguments)
    assert said.status == 2
    assert why in said.err
    assert said.err.startswith("error: ")
    assert not list(Path().iterdir())


def test_a_first_value_date_beyond_its_rule_is_refused() -> None:
    said = onbo("new", "x", "--kickoff", "2026-12-01", "--set", "Target First Value Date=2027-01-01")
    assert said.status == 1
    assert "2027-01-01 (Friday) is not within 30 days of kickoff, 2026-12-01 to 2026-12-31" in said.err
    assert onbo("new", "x", "--kickoff", "2026-12-01", "--set", "Target First Value Date=2026-12-31").status == 0


def test_values_are_written_as_their_form_wants_them() -> None:
    onbo(
        "new",
        "x",
        *("--set", "Activation Rate=85"),
        *("--set", "30-Day Health Score=79.5"),
        *("--set", "Onboarding Status=in progress"),
        *("--set", "First Value Milestone=a=b [soon] and [link](https://x.y)"),
        *("--set", "Kickoff Date=next mon"),
        *("--set", "Target Go-Live=kickoff + 30"),
        *("--set", "completion date=fri"),
    )
    written = text("x")
    for line in (
        "**Activation Rate:** 85% of licensed users active",
        "**30-Day Health Score:** 79.5/100 -- Green",
        "**Onboarding Status:** In Progress",
        "**First Value Milestone:** a=b \\[soon] and [link](https://x.y)",
        "**Kickoff Date:** 2026-12-14",
        "**Target Go-Live:** 2027-01-13",
        "**Completion Date:** 2026-12-18",
    ):
        assert f"{line}\n" in written


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("today", "2026-12-12"),
        ("tomorrow", "2026-12-13"),
        ("sat", "2026-12-19"),
        ("Sunday", "2026-12-13"),
        ("next sat", "2026-12-19"),
        ("+3d", "2026-12-15"),
        ("+2w", "2026-12-26"),
        ("+1bd", "2026-12-14"),
        ("+5bd", "2026-12-18"),
        ("2028-02-29", "2028-02-29"),
    ],
)
def test_kickoff_as_people_type_it(typed: str, day: str) -> None:
    assert onbo("new", "x", "--kickoff", typed).out.splitlines()[1].startswith(f"kickoff {day} (")


@pytest.mark.parametrize("typed", ["noon", "2026-1-1", "+0x", "-3d", "next", "9999-99-99"])
def test_kickoff_that_cannot_be_read(typed: str) -> None:
    said = onbo("new", "x", "--kickoff", typed)
    assert said.status == 2
    assert "write 2026-03-12, today, tomorrow, fri, next mon, +3d, +2w, +5bd, kickoff+14" in said.err


def test_never_over_one_that_is_there() -> None:
    onbo("new", "acme")
    before = text()
    for arguments in (["acme"], ["ACME", "--segment", "smb"], ["Other", "--slug", "acme"]):
        said = onbo("new", *arguments)
        assert (said.status, said.out) == (2, "")
        assert "customers/acme.md is there already" in said.err
    assert text() == before


def test_nor_over_one_elsewhere_or_of_another_case() -> None:
    put("customers/archive/old.md", "- [ ] a\n")
    put("customers/Big.md", "- [ ] a\n")
    assert "customers/archive/old.md is there already" in onbo("new", "old").err
    assert "customers/Big.md is there already" in onbo("new", "big").err


def test_nor_over_one_that_appears_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onbo.effects.workspace.Workspace.twin", lambda *_: None)
    put("customers/acme.md", "mine\n")
    said = onbo("new", "acme")
    assert (said.status, said.err) == (2, "error: customers/acme.md is there already; it is not touched\n")
    assert text() == "mine\n"


def test_dry_run_writes_nothing() -> None:
    said = onbo("new", "acme", "--segment", "smb", "--dry-run")
    assert said.status == 0
    assert "+++ b/customers/acme.md" in said.out
    assert "+**Customer:** acme" in said.out
    assert not list(Path().iterdir())


def test_the_workspace_has_its_own_templates() -> None:
    put("templates/90-day.md", "# Ours\n\n**Customer:** [Customer Name]\n\n- [ ] one\n")
    put("templates/tiny.md", "---\nversion: 1.10\ndefault_for: [smb]\nsegments: [smb, micro]\n---\n- [ ] one\n")
    onbo("new", "a")
    assert "**Customer:** a\n" in text("a")
    assert "version" not in text("a")
    onbo("new", "b", "--segment", "smb")
    assert text("b").startswith('---\ntemplate: tiny\nversion: "1.10"\nbase: "')
    onbo("new", "c", "--segment", "Micro", "--template", "tiny")
    assert text("c").endswith("---\n- [ ] one\n")


def test_line_ends_and_byte_order_mark_of_the_template_are_kept() -> None:
    Path("templates").mkdir()
    Path("templates/dos.md").write_bytes(b"\xef\xbb\xbf# Plan\r\n\r\n**Customer:** [Customer Name]\r\n")
    onbo("new", "acme", "--template", "dos")
    data = Path("customers/acme.md").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf---\r\ntemplate: dos\r\n")
    assert data.endswith(b"---\r\n# Plan\r\n\r\n**Customer:** acme\r\n")


def test_a_template_with_a_name_that_yaml_reads_otherwise() -> None:
    for name in ("007", "true", "my plan"):
        put(f"templates/{name}.md", "- [ ] a\n")
        slug = name.replace(" ", "-")
        assert onbo("new", slug, "--template", name).status == 0
        assert text(slug).startswith(f'---\ntemplate: "{name}"\n')
        assert json.loads(onbo("status", slug, "--json").out)["customers"][0]["template"] == name


def test_a_template_that_cannot_be_read() -> None:
    put("templates/bad.md", "---\na: [\n---\n")
    said = onbo("new", "x", "--template", "bad")
    assert said.status == 3
    assert said.err.startswith("error: templates/bad.md:")


def test_declared_types_win_over_forms() -> None:
    put(
        "templates/typed.md",
        "---\nfields:\n  Size: {type: number}\n  Tier: {type: choice, options: [A, B]}\n  Rate: {type: percent}\n"
        "  Unit: {type: value}\n  Odd: 3\n---\n**Size:** [how many]\n\n**Tier:** [x]\n\n**Rate:** [x]\n\n**Unit:** [x]\n\n**Odd:** [x]\n",
    )

    def new(*values: str) -> int:
        Path("customers/x.md").unlink(missing_ok=True)
        return onbo("new", "x", "--template", "typed", *(word for value in values for word in ("--set", value))).status

    assert new("Size=12", "Tier=b", "Rate=5", "Unit=3 h", "Odd=words") == 0
    assert "**Size:** 12\n\n**Tier:** B\n\n**Rate:** 5%\n\n**Unit:** 3 h\n\n**Odd:** words\n" in text("x")
    assert new("Size=twelve") == 2
    assert new("Tier=C") == 2


def test_the_placeholders_of_the_ninety_day_plan() -> None:
    onbo("new", "acme", "--template", "90-day")
    text_of_template = Path(__file__).parent.parent.joinpath("templates", "90-day.md").read_text(encoding="utf-8")
    document = parse("template", text_of_template.split("---\n", 2)[2].encode())
    spans = [field.span for field in document.fields]
    spans += [cell.span for table in document.tables for row in table.rows for cell in row.cells]
    forms = [hole.form for span in spans for hole in placeholders(document, span)]
    assert (len(forms), len(set(forms))) == (45, 28)


# --- asking ---


def test_a_terminal_is_asked_for_what_is_missing() -> None:
    said = onbo("new", stdin="Acme Corp\nsmb\n2026-12-01\nDana Doe\n", tty=True)
    assert said.status == 0
    assert said.err.startswith(
        "Customer: Segment (enterprise, mid-market, smb; Enter to skip): "
        "Kickoff date (2026-03-12, today, tomorrow, fri, next mon, +3d, +2w, +5bd; Enter to skip): "
        "CSM (Enter to skip): "
    )
    assert said.out.startswith("made customers/acme-corp.md from essentials: 0 / 30 done")
    assert "**Customer:** Acme Corp\n**Segment:** SMB\n**CSM:** Dana Doe\n**Kickoff Date:** 2026-12-01\n" in text(
        "acme-corp"
    )


def test_a_wrong_answer_is_asked_again() -> None:
    said = onbo("new", stdin="..\nacme\ntiny\nsmb\nnever\n\n\n", tty=True)
    assert said.status == 0
    assert said.err.count("error: ") == 3
    assert "error: 'tiny' is not one of enterprise, mid-market, smb\n" in said.err
    assert "**CSM:** [CSM Name]\n**Kickoff Date:** [Date]\n" in text()


def test_what_was_given_is_not_asked() -> None:
    said = onbo("new", "acme", "--segment", "smb", "--kickoff", "today", "--set", "csm=Ann", tty=True)
    assert said.status == 0
    assert "Enter to skip" not in said.err
    assert "**CSM:** Ann\n" in text()


def test_a_template_without_segments_or_fields_asks_for_neither() -> None:
    put("templates/bare.md", "- [ ] a\n")
    assert onbo("new", "x", "--template", "bare", tty=True).status == 0
    put("templates/own.md", "**Segment:** [Gold/Silver]\n\n- [ ] a\n")
    said = onbo("new", "y", "--template", "own", stdin="silver\n", tty=True)
    assert said.err.startswith("Segment (gold, silver; Enter to skip): ")
    assert "**Segment:** Silver\n" in text("y")


def test_no_input_asks_nothing() -> None:
    assert onbo("--no-input", "new", tty=True).status == 2
    assert onbo("new", "acme", "--no-input", tty=True).status == 0


def test_the_end_of_input_is_an_interruption() -> None:
    said = onbo("new", stdin="", tty=True)
    assert said.status == 130
    assert not list(Path().iterdir())
