"""What is made from the code is current: docs/make_reference.py writes it."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent


def generator() -> ModuleType:
    spec = spec_from_file_location("make_reference", ROOT / "docs" / "make_reference.py")
    if spec is None or spec.loader is None:
        raise AssertionError("it is there")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", generator().PAGES)
def test_a_page_is_what_the_code_says(name: str) -> None:
    written = (ROOT / name).read_bytes().decode()
    assert written == generator().PAGES[name](), "run ./dev run python docs/make_reference.py"
