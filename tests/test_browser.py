"""The pages in a real browser: quiet, sealed, sortable, readable on a phone, on paper, by day and by night."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from repository import commit
from runner import ENVIRONMENT, onbo
from workspace import customer, git, put

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH: as root, `./dev test` installs Debian's")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
PAGES = ("report", "share", "bare")
SCHEMES = ("light", "dark")
WATCH = "window.refused = []; addEventListener('securitypolicyviolation', e => refused.push(e.violatedDirective));"
# Elements that stick out to the right, apart from those in a box of their own that scrolls.
OUTSIDE = """() => [...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll, .unseen, svg'))
    .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map(e => e.outerHTML)"""
# Words with less contrast to what lies behind them than people need.
FAINT = """() => {
  const light = c => c.map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, at) => sum + v * [.2126, .7152, .0722][at], 0);
  const parts = text => text.match(/[\\d.]+/g).map(Number);
  const behind = e => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
  const faint = [];
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || e.closest('svg, script, .unseen')) continue;
    const [a, b] = [light(parts(getComputedStyle(e).color).slice(0, 3)), light(behind(e))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${e.outerHTML.slice(0, 80)}`);
  }
  return faint;
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workspace with some history, and its pages."""
    folder = tmp_path_factory.mktemp("pages")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.chdir(folder)
        git("init", "--quiet", "--initial-branch=main")
        put("onbo.toml", "")
        made = (
            ("Beta", "smb", "2026-11-20"),
            ("acme", "enterprise", "2026-11-02"),
            ("Cora", "mid-market", "2027-01-08"),
        )
        for name, segment, kickoff in made:
            onbo("new", name, "--segment", segment, "--kickoff", kickoff, "--csm", "Dana Doe", "--today", "2026-11-01")
        onbo("set", "acme", "Target Go-Live=2027-01-15")
        commit("2026-11-02")
        onbo("check", "acme", "1.1", "--all")
        onbo("check", "beta", "1", "--all")
        onbo("wait", "acme", "1.3.2", "--on", "customer")
        commit("2026-11-11")
        onbo("check", "acme", "1.2", "--all")
        onbo("skip", "acme", "1.3.4", "--why", "no data")
        customer(
            "long",
            f"---\ntemplate: none\n---\n# Plan\n\n**Customer:** {'w' * 300}\n\n## {'v' * 300}\n\n- [ ] {'u' * 300}\n  > {'t' * 300}\n",
        )
        commit("2026-12-01")
        onbo("report", "--html", "report.html")
        onbo("share", "acme", "-o", "share.html")
        onbo("share", "long", "-o", "bare.html")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # A user directory of its own, empty at first, is what `launch` makes.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=list(FLAGS))
        yield browser
        browser.close()


class Opened:
    """A page.

    said   on the console
    asked  for, itself included
    left   what would have gone out into the world
    """

    def __init__(self, browser: "Browser", path: Path, **how: Any) -> None:
        self.said: list[str] = []
        self.asked: list[str] = []
        self.context = browser.new_context(**how)
        self.context.add_init_script(WATCH)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.left: list[str] = []
        self.page.route(re.compile(r"^(?!file:)"), self._stop)
        self.page.goto(path.as_uri())

    def _stop(self, route: "Route") -> None:
        self.left.append(route.request.url)
        route.abort()

    @property
    def refused(self) -> list[str]:
        found: list[str] = self.page.evaluate("window.refused")
        return found


def opened(browser: "Browser", folder: Path, name: str, width: int = 1200, **how: Any) -> Opened:
    return Opened(browser, folder / f"{name}.html", viewport={"width": width, "height": 900}, **how)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_quiet_and_alone(browser: "Browser", folder: Path, name: str, scheme: str) -> None:
    view = opened(browser, folder, name, color_scheme=scheme)
    view.page.wait_for_timeout(100)
    assert (view.said, view.refused) == ([], [])
    assert view.asked == [(folder / f"{name}.html").as_uri()]
    assert view.page.locator("h1").count() == 1
    assert view.page.title().startswith("Onboarding")
    view.context.close()


@pytest.mark.parametrize("name", ["report", "share"])
def test_nothing_that_gets_in_can_run_or_load(browser: "Browser", folder: Path, name: str) -> None:
    """As if escaping had failed."""
    view = opened(browser, folder, name)
    view.page.evaluate(
        """() => {
          window.ran = [];
          document.body.insertAdjacentHTML('beforeend', `<img src="https://example.com/a.png" onerror="ran.push('image')">
            <b id="evil" onclick="ran.push('click')" style="position: fixed">b</b><iframe src="https://example.com/"></iframe>
            <form action="https://example.com/"><button id="send">send</button></form>`);
          const script = document.createElement('script');
          script.textContent = "ran.push('script')";
          document.body.append(script);
          document.getElementById('evil').click();
          document.getElementById('send').click();
        }"""
    )
    view.page.wait_for_timeout(200)
    assert view.page.evaluate("window.ran") == []
    assert {"img-src", "script-src-elem", "script-src-attr", "style-src-attr", "frame-src", "form-action"} <= {
        directive.replace("default-src", "") for directive in view.refused
    }
    assert view.left == []
    view.context.close()


# --- Sorting ---


def column(page: "Page", number: int) -> list[str]:
    return [text.strip() for text in page.locator(f"table.sortable tbody tr td:nth-child({number})").all_inner_texts()]


def test_a_click_on_a_header_sorts(browser: "Browser", folder: Path) -> None:
    view = opened(browser, folder, "report")
    page = view.page
    heads = page.get_by_role("columnheader")
    before = column(page, 1)
    assert heads.nth(0).get_attribute("aria-sort") is None
    page.get_by_role("button", name="Customer").click()
    names = ["acme", "Beta", "Cora", "w" * 300]
    assert column(page, 1) == names != before
    assert heads.nth(0).get_attribute("aria-sort") == "ascending"
    page.get_by_role("button", name="Customer").click()
    assert column(page, 1) == names[::-1]
    assert heads.nth(0).get_attribute("aria-sort") == "descending"
    # By a number and not by its digits, with the keyboard; what has none stays last both ways.
    for order in (["Cora", "Beta", "acme"], ["acme", "Beta", "Cora"]):
        page.get_by_role("button", name="Day").press("Enter")
        assert column(page, 1) == [*order, names[-1]]
    assert heads.nth(0).get_attribute("aria-sort") is None
    assert view.said == []
    view.context.close()


def test_without_the_script_the_table_is_a_table(browser: "Browser", folder: Path) -> None:
    view = opened(browser, folder, "report", java_script_enabled=False)
    assert view.page.get_by_role("columnheader", name="Customer").first.inner_text() == "Customer"
    assert view.page.get_by_role("button").count() == 0
    view.context.close()


# --- Sizes, colours, paper ---


@pytest.mark.parametrize("width", [320, 360, 760, 1200])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_overflows(browser: "Browser", folder: Path, name: str, width: int) -> None:
    view = opened(browser, folder, name, width)
    view.page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true; })")
    wide, room = view.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert (wide, room) == (width, width)
    assert view.page.evaluate(OUTSIDE) == []
    if width < 400:
        assert (
            view.page.evaluate(
                "[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth).length"
            )
            == 0
        )
    view.context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", PAGES)
def test_words_can_be_read_by_day_and_by_night(browser: "Browser", folder: Path, name: str, scheme: str) -> None:
    view = opened(browser, folder, name, color_scheme=scheme)
    paper = view.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (int(re.findall(r"\d+", paper)[0]) > 128) is (scheme == "light")
    assert view.page.evaluate(FAINT) == []
    view.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_prints_dark_on_white(browser: "Browser", folder: Path, name: str) -> None:
    view = opened(browser, folder, name, 794, color_scheme="dark")
    view.page.emulate_media(media="print")
    assert view.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert view.page.evaluate(FAINT) == []
    assert view.page.evaluate("document.documentElement.scrollWidth") == 794
    assert (
        view.page.evaluate(
            "[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth).length"
        )
        == 0
    )
    printed = view.page.pdf(format="A4")
    assert printed.startswith(b"%PDF")
    assert len(printed) > 5000
    view.context.close()


def test_drawings_and_tables_have_names(browser: "Browser", folder: Path) -> None:
    for width in (1200, 360):
        view = opened(browser, folder, "report", width)
        for name in ("Burn-up", "Items done a week"):
            assert view.page.get_by_role("img", name=name).is_visible()
        for name in ("Portfolio", "Median days from kickoff", "When it will be done, at the pace so far"):
            table = view.page.get_by_role("table", name=name)
            assert table.get_by_role("row").count() > 1
        view.context.close()
    view = opened(browser, folder, "share")
    assert view.page.get_by_role("img", name="Phase 1: Welcome and Setup").is_visible()
    assert view.page.get_by_role("heading", name="Next steps", level=2).is_visible()
    assert view.page.get_by_role("main").count() == view.page.get_by_role("banner").count() == 1
    view.context.close()
