"""Rules of the house that no linter knows, each as a test that says what to do instead."""

import ast
import inspect
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.web.server.app_discovery import discover_asgi_app

from dashboard import errors, navigation, settings

ROOT = Path(__file__).parent.parent
PRODUCT = sorted(
    path
    for folder in ("dashboard", "pages", "sample_data")
    for path in (ROOT / folder).rglob("*.py")
) + [ROOT / "streamlit_app.py"]
SCREENS = [path for path in PRODUCT if path.parent.parent == ROOT / "pages"]
FRAMES = re.compile(r"^(?!Callable).*\b(DataFrame|LazyFrame|Series|Table|RecordBatch|Figure)\b")
# The data contract is one place on purpose: a table is looked up there, not read from the top.
LONG_ON_PURPOSE = {"dashboard/warehouse/tables.py"}


def test_the_app_is_found_by_streamlit_because_it_is_literal() -> None:
    found = discover_asgi_app(ROOT / "streamlit_app.py")
    assert found.import_string == "streamlit_app:app"
    assert _length(ROOT / "streamlit_app.py") <= 60


def test_no_screen_stands_directly_in_pages() -> None:
    """A file there is run by a cold server without the entry script, so without its checks."""
    assert [path.name for path in (ROOT / "pages").glob("*.py")] == ["__init__.py"]
    assert not (ROOT / "dashboard" / "ui" / "pages").exists()


def test_every_screen_is_in_the_menu_and_every_menu_entry_is_a_screen() -> None:
    files = {path.relative_to(ROOT).as_posix() for path in SCREENS if path.name != "__init__.py"}
    assert {screen.file for screen in navigation.PAGES} == files


def test_every_screen_has_its_own_address_and_one_is_the_first() -> None:
    addresses = [screen.url_path for screen in navigation.PAGES]
    assert len(set(addresses)) == len(addresses)
    assert [screen.is_default for screen in navigation.PAGES].count(True) == 1


def test_a_screen_is_a_short_story() -> None:
    long = [_named(path) for path in SCREENS if _length(path) > 60]
    assert not long, f"Longer than 60 lines; move what is not the story below it: {long}"


def test_a_screen_defines_nothing_but_fragments_and_dialogs() -> None:
    others = [
        f"{_named(path)}: {node.name}"
        for path in SCREENS
        for node in _functions(path)
        if not any(re.search(r"fragment|dialog", ast.unparse(d)) for d in node.decorator_list)
    ]
    assert not others, f"A page tells a story; give these a room of their own: {others}"


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    long = {_named(path) for path in PRODUCT if _length(path) > 300}
    assert long <= LONG_ON_PURPOSE, f"Split by noun: {long - LONG_ON_PURPOSE}"


def test_a_function_fits_in_a_glance() -> None:
    long = [
        f"{_named(path)}: {node.name} ({_body_length(node)} lines)"
        for path in PRODUCT
        for node in _functions(path)
        if _body_length(node) > 25
    ]
    assert not long, f"Longer than 25 lines without the docstring; name its parts: {long}"


def test_only_the_settings_read_the_environment() -> None:
    readers = [
        _named(path)
        for path in PRODUCT
        if re.search(r"\bos\.(environ|getenv|environb)\b", path.read_text())
    ]
    assert readers == ["dashboard/settings.py"], "Ask dashboard.settings instead."


def test_no_frame_is_an_argument_of_a_remembered_function() -> None:
    """Streamlit hashes a frame through a shortened print of it, and gives another's result."""
    wrong = [
        f"{_named(path)}: {node.name}({argument.arg})"
        for path in PRODUCT
        for node in _functions(path)
        if any("cache_" in ast.unparse(each) for each in node.decorator_list)
        for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
        if argument.annotation and FRAMES.search(ast.unparse(argument.annotation))
    ]
    assert not wrong, f"Key on the data version, the slice and the reach instead: {wrong}"


@pytest.mark.parametrize(
    "forbidden", [r"unsafe_allow_html", r"\bst\.html\(", r"\bTODO\b|\bFIXME\b"]
)
def test_the_product_never_says(forbidden: str) -> None:
    assert not [_named(path) for path in PRODUCT if re.search(forbidden, path.read_text())]


def test_polars_never_calls_python_back() -> None:
    """Its threads would wait for Python's lock while whoever holds it waits for them: for ever."""
    calls = re.compile(r"\b(map_elements|map_batches|map_groups|map_rows|group_by\(.*\)\.map)\b")
    wrong = [_named(path) for path in PRODUCT if calls.search(path.read_text())]
    assert not wrong, f"Make a list, and a column of it: {wrong}"


def test_nothing_is_typed_any() -> None:
    wrong = [_named(p) for p in PRODUCT if re.search(r"import .*\bAny\b|\bAny\]", p.read_text())]
    assert not wrong, f"Name the type: {wrong}"


def test_no_test_sleeps() -> None:
    tests = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]
    wrong = [_named(path) for path in tests if "time.sleep(" in path.read_text()]
    assert not wrong, f"Wait for what happens, not for time: {wrong}"


def test_every_error_is_drawn_in_the_tree_under_its_parent() -> None:
    drawn = _drawn_tree(inspect.cleandoc(errors.__doc__ or ""))
    written = {
        name: kind.__base__.__name__
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if kind.__base__ is not None and kind is not errors.DashboardError
    }
    assert drawn == written


def test_every_setting_is_documented() -> None:
    texts = [path.read_text() for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))]
    undocumented = [s.name for s in settings.SETTINGS if not any(s.name in t for t in texts)]
    assert not undocumented, f"Say in README.md or docs/ what these decide: {undocumented}"


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_pinned(name: str) -> None:
    lines = [line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines()]
    loose = [line for line in lines if line and "==" not in line and not line.startswith("-r ")]
    assert not loose, f"Pin with ==: {loose}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_have_enough_colours_to_keep_them(scheme: str) -> None:
    """Plotly drops a palette of fewer than ten, and the others must be exactly ten."""
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    theme = config["theme"][scheme]
    assert len(set(theme["chartCategoricalColors"])) >= 10
    assert len(theme["chartSequentialColors"]) == 10
    assert len(theme["chartDivergingColors"]) == 10


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def _body_length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    if ast.get_docstring(node) is not None and len(node.body) > 1:
        first = node.body[1]
    return (node.end_lineno or first.lineno) - first.lineno + 1


def _drawn_tree(drawing: str) -> dict[str, str]:
    """Each class of the drawing and the one it hangs from."""
    parents = ["DashboardError"]
    drawn: dict[str, str] = {}
    for line in drawing.splitlines():
        found = re.match(r"(?P<lead>[│ ]*)[├└]── (?P<name>\w+)", line)
        if found:
            depth = len(found["lead"]) // 4
            drawn[found["name"]] = parents[depth]
            parents[depth + 1 :] = [found["name"]]
    return drawn


def _length(path: Path) -> int:
    return len(path.read_text().splitlines())


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
