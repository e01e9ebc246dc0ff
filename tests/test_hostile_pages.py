"""What files say stands in the pages as text: nothing of it becomes an element, an attribute, a link or a style."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import pytest
from markdown_it import MarkdownIt

from onbo.present.pages.page import _closed, _file
from repository import commit
from runner import onbo
from test_hostile_exports import TEXTS
from test_hostile_terminal import EVIL, OBEYED, SEEN
from workspace import git, put

HOSTILE = (
    *(text for text in TEXTS if len(text) < 2000),
    "</style><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</svg></desc><img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "' onmouseover='alert(1)' x='",
    '"><b style="color:red">',
    "[click](javascript:alert(1))",
    "<javascript:alert(1)>",
    "<https://example.com/>",
    "![image](https://example.com/a.png)",
    '<a href="https://example.com">link</a>',
    "`<script>alert(1)</script>`",
    r"\<script>alert(1)\</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "]]> --> <!--",
    "{{ 7 * 7 }} {% raw %} {# x #} ${7*7}",
    "\udcff\udcfe",
)
# What stands in every place of a checklist that a page shows.
EVERYWHERE = f"<script>alert(1)</script> </style> '\"> {{{{ 7 * 7 }}}} [x](https://example.com) {EVIL}"
# What the pages are made of.
ELEMENTS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "section", "div", "p", "h1", "h2", "h3"),
    *("dl", "dt", "dd", "ol", "ul", "li", "span", "b", "small", "time", "details", "summary", "script"),
    *("table", "thead", "tbody", "tr", "th", "td", "svg", "rect", "line", "polyline", "polygon", "desc"),
}
ATTRIBUTES = {
    *("lang", "charset", "name", "content", "http-equiv", "class", "id", "datetime", "role", "scope", "focusable"),
    *("aria-hidden", "aria-labelledby", "data-key", "data-kind", "data-label"),
    *("viewbox", "preserveaspectratio", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "points"),
}


# Two of them are white space, which becomes blanks.
SPACED = SEEN.replace(r"\x85\u2028", " ")
ENDS = ("open", "close")


class Element(NamedTuple):
    tag: str
    attributes: dict[str, str | None]


class Page(HTMLParser):
    """The elements of a page, and what stands in its style and its script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.own: dict[str, list[str]] = {"style": [], "script": []}
        self.words: list[str] = []
        self.comments = 0
        self.inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs)))
        self.inside = tag
        assert len(dict(attrs)) == len(attrs)

    def handle_endtag(self, tag: str) -> None:
        del tag
        self.inside = ""

    def handle_comment(self, data: str) -> None:
        self.comments += len(data) + 1

    def handle_data(self, data: str) -> None:
        if self.inside in self.own:
            self.own[self.inside].append(data)
        else:
            self.words.append(data)

    @property
    def said(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture
def hostile() -> None:
    git("init", "--quiet", "--initial-branch=main")
    put("onbo.toml", "")
    for number in range(3):
        lines = [f"- [ ] {text}\n  > {text} <!-- shared -->" for text in HOSTILE]
        text = (
            f'---\ntemplate: "90-day"\nversion: "<b>{number}"\n---\n# {EVERYWHERE}\n\n**Customer:** {number} {EVERYWHERE}\n'
            f"**CSM:** {EVERYWHERE}\n**Segment:** {EVERYWHERE}\n**Kickoff Date:** 2026-12-01\n"
            "**Date Achieved:** 2026-12-09\n**Target Go-Live:** 2026-12-30\n\n- [x] at once\n\n"
            f"## Phase {EVERYWHERE} (Days 1-5)\n\n- [ ] tick\n- [ ] wait waiting:customer\n"
            f"- [ ] wait waiting:javascript.alert\n\n### Section {EVERYWHERE}\n\n"
            + "\n".join(lines)
            + "\n\n## Second (Days 6-30)\n\n- [ ] b due:2026-12-20\n"
        )
        path = Path(f"customers/c{number}<script>'\"&{{{{x}}}}.md")
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    Path("customers/<img src=x onerror=alert(1)>.md").write_bytes(b"\xff\xfe")
    commit("2026-12-02", who="<b>Dana")
    for path in Path("customers").glob("c*.md"):
        data = path.read_bytes()
        path.write_bytes(data.replace(b"[ ] tick", b"[x] tick").replace(b"wait waiting:customer", b"wait"))
    commit("2026-12-10")


def first() -> str:
    return min(path.stem for path in Path("customers").glob("c*.md"))


def pages() -> dict[str, Page]:
    said = {
        "report": onbo("report", "--html", "-"),
        "share": onbo("share", first()),
        "export": onbo("export", "--format", "html"),
    }
    assert [entry.status for entry in said.values()] == [3, 0, 3]
    return {name: Page(entry.out) for name, entry in said.items()}


@pytest.mark.usefixtures("hostile")
def test_pages_are_made_of_our_own_elements() -> None:
    for name, page in pages().items():
        assert {element.tag for element in page.elements} <= ELEMENTS, name
        assert {key for element in page.elements for key in element.attributes} <= ATTRIBUTES, name
        assert page.comments == 0
        scripts = [element for element in page.elements if element.tag == "script"]
        assert [script.attributes for script in scripts] == ([{}] if name == "report" else [])
        assert page.own["style"] == [_closed(_file("page.css"))]
        assert page.own["script"] == ([_closed(_file("sort.js"))] if name == "report" else [])
        policy = next(e.attributes["content"] for e in page.elements if e.attributes.get("http-equiv"))
        assert policy is not None
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        assert ("script-src" in policy) is (name == "report")


@pytest.mark.usefixtures("hostile")
def test_the_words_are_there() -> None:
    found = pages()
    assert "49" not in found["share"].said.replace("2049", "")
    for text in ("=1+1", "javascript:alert(1)", "{{ 7 * 7 }}", "\U0001f600", "click", "BEGIN:VEVENT"):
        assert text in found["share"].said, text
    assert f"[x](https://example.com) {SEEN}" in found["report"].said  # a name, as the file has it
    seen = re.sub(r"\\u(feff|200f|202e|2066)", "", SPACED)  # what nobody sees is left out
    assert f"'\"> {{{{ 7 * 7 }}}} x {seen}" in found["share"].said
    assert "onerror" in found["report"].said
    for text in ("=1+1", "javascript:alert(1)", "{{ 7 * 7 }}", "[click](javascript:alert(1))", "\U0001f600", SEEN):
        assert text in found["export"].said, text
    assert "javascript.alert" not in found["share"].said
    assert r"\xff\xfe" in found["share"].said


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize(
    "words",
    [
        ("report", "--html", "-"),
        ("share",),
        ("share", "--format", "md"),
        ("share", "--json"),
        ("export", "--format", "html"),
    ],
)
def test_nothing_is_obeyed(words: tuple[str, ...]) -> None:
    customer = [first()] if words[0] == "share" else []
    said = onbo(*words, *customer, "--color", "never", screen=True)
    assert OBEYED.search(said.both) is None
    piped = onbo(*words, *customer)
    assert OBEYED.search(piped.out) is None
    assert piped.out.encode().decode() == piped.out


@pytest.mark.usefixtures("hostile")
def test_markdown_is_inert() -> None:
    text = onbo("share", first(), "--format", "md").out
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    inner = [token for outer in tokens for token in (outer, *(outer.children or ()))]
    kinds = {token.type for token in inner}
    assert kinds == {
        *(
            f"{kind}_{end}"
            for kind in ("heading", "paragraph", "bullet_list", "list_item", "blockquote")
            for end in ENDS
        ),
        *("inline", "text"),
    }
    assert len([token for token in inner if token.type == "list_item_open"]) > 2 * len(HOSTILE) / 3
    assert "javascript" in "".join(token.content for token in inner if token.type == "text")
