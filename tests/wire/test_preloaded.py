"""A program that is started by a fork of a process that has its modules: a process like any other, only sooner."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hamcrest import has_length

from nameraka import eventually
from nameraka.preloaded import Home, Preloaded
from nameraka.process import DiedAtStart, ProcessError, SystemDied, SystemProcess, free_port

pytestmark = pytest.mark.skipif(
    not hasattr(os, "pidfd_open"), reason="starts are ordinary where the kernel has no pidfd"
)

ALMANAC = """
import os, pathlib
with pathlib.Path("imported").open("a") as note:
    print(os.getpid(), file=note)
"""
SHOP = """
import atexit, http.server, os, signal, subprocess, sys
import shop.almanac
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
if __name__ == "__main__":
    port, *closed = sys.argv[1:]
    print("open as", os.environ.get("SHOP_NAME"), os.getcwd(), sys.argv[0], flush=True)
    if closed:
        sys.exit(3)
    print("child", subprocess.Popen(["sleep", "60"]).pid, flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    atexit.register(print, "closed for the day", flush=True)
    http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    package = tmp_path / "shop"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "almanac.py").write_text(ALMANAC)
    (package / "__main__.py").write_text(SHOP)
    return tmp_path


@pytest.fixture
def home(folder: Path) -> Iterator[Home]:
    home = Home("shop.almanac", cwd=folder)
    yield home
    home.close()


@pytest.fixture
def preloaded(folder: Path, home: Home) -> Iterator[Preloaded]:
    preloaded = Preloaded("shop", cwd=folder, address=home.address)
    yield preloaded
    preloaded.close()


@pytest.fixture
def shop(folder: Path, preloaded: Preloaded) -> Iterator[Callable[..., SystemProcess]]:
    """Makes shops that are started so; all are stopped in the end."""
    made: list[SystemProcess] = []

    def make(*arguments: str, **options: object) -> SystemProcess:
        port = free_port()
        settings: dict[str, Any] = {"cwd": folder, "name": "the shop", "preloaded": preloaded, **options}
        made.append(
            SystemProcess(
                [sys.executable, "-m", "shop", str(port), *arguments],
                port=port,
                health_url=f"http://127.0.0.1:{port}/",
                log_path=folder / "shop.log",
                **settings,
            )
        )
        return made[-1]

    yield make
    for process in made:
        process.stop()


def imports(folder: Path) -> list[int]:
    """The processes that imported the almanac."""
    return [int(line) for line in (folder / "imported").read_text().split()]


def watched(pid: int | None) -> int:
    """A descriptor that is readable when this process has ended, whoever is to ask it how."""
    assert pid is not None
    return os.pidfd_open(pid)


def ended(*watch: int) -> bool:
    """Whether all of them end within some seconds."""
    return all(select.select([end], [], [], 5.0)[0] for end in watch)


def test_what_a_start_imports_the_next_one_has(folder: Path, shop: Callable[..., SystemProcess]) -> None:
    process = shop()
    pids = set()
    for _ in range(3):
        process.start()
        assert process.pid is not None
        pids.add(process.pid)
        process.kill()
        assert not process.alive
    assert len(pids) == 3
    assert len(imports(folder)) == 1
    assert not pids & set(imports(folder))


def test_it_has_a_group_an_environment_and_an_output_of_its_own(
    folder: Path, shop: Callable[..., SystemProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = shop(env={"SHOP_NAME": "morning"}), shop(env={"SHOP_NAME": "evening"})
    second.log_path = folder / "second.log"
    monkeypatch.setenv("SHOP_NAME", "nobody")
    first.start()
    second.start()
    assert first.pid is not None
    assert os.getpgid(first.pid) == first.pid == os.getsid(first.pid)
    program = folder / "shop" / "__main__.py"
    assert f"open as morning {folder} {program}\n" in first.log_tail()
    assert f"open as evening {folder} {program}\n" in second.log_tail()


def test_its_children_go_down_with_it_and_its_neighbours_do_not(shop: Callable[..., SystemProcess]) -> None:
    first, second = shop(), shop()
    second.log_path = first.log_path.with_name("second.log")
    first.start()
    second.start()
    child, of_neighbour = (watched(int(shop.log_tail().rsplit("child ", 1)[1].split()[0])) for shop in (first, second))
    first.kill()
    assert ended(child)
    first.check()
    second.check()
    assert second.alive
    assert not select.select([of_neighbour], [], [], 0)[0]


def test_how_it_ended_is_told_as_ever(shop: Callable[..., SystemProcess]) -> None:
    with pytest.raises(DiedAtStart, match="the shop died at its start: exit status 3") as error:
        shop("closed").start()
    assert "open as" in str(error.value)
    process = shop()
    process.start()
    end = watched(process.pid)
    signal.pidfd_send_signal(end, signal.SIGKILL)
    assert ended(end)
    with pytest.raises(SystemDied, match="killed by SIGKILL"):
        process.check()


def test_sigterm_lets_it_end_by_itself_and_properly(shop: Callable[..., SystemProcess]) -> None:
    process = shop(stop_within=30.0)
    process.start()
    end = watched(process.pid)
    process.stop()
    assert ended(end)
    assert "closed for the day" in process.log_tail()


def test_a_module_that_cannot_be_imported_is_told_with_its_error(
    folder: Path, shop: Callable[..., SystemProcess]
) -> None:
    almanac = folder / "shop" / "almanac.py"
    almanac.write_text("raise RuntimeError('no almanac this year')")
    process = shop()
    with pytest.raises(DiedAtStart, match="no almanac this year"):
        process.start()
    almanac.write_text(ALMANAC)
    process.start()
    assert process.alive


def test_another_program_and_another_folder_start_ordinarily(folder: Path, shop: Callable[..., SystemProcess]) -> None:
    elsewhere = folder / "elsewhere"
    shutil.copytree(folder / "shop", elsewhere / "shop")
    (elsewhere / "shop" / "almanac.py").write_text("print('next edition', flush=True)")
    other_version, other_program = shop(cwd=elsewhere), shop("closed")
    other_version.start()
    assert "next edition" in other_version.log_tail()
    other_program.command = [sys.executable, "-c", "raise SystemExit('no shop at all')"]
    with pytest.raises(DiedAtStart, match="no shop at all"):
        other_program.start()


def test_who_has_the_modules_can_die_and_everything_it_forked_dies_with_it(
    folder: Path, shop: Callable[..., SystemProcess]
) -> None:
    process = shop()
    process.start()
    end = watched(process.pid)
    os.kill(imports(folder)[0], signal.SIGKILL)
    assert ended(end)
    with pytest.raises(SystemDied, match="killed by SIGKILL"):
        process.check()
    process.start()
    assert process.alive
    assert len(imports(folder)) == 2


def test_nobody_imports_before_somebody_calls(folder: Path, home: Home, preloaded: Preloaded) -> None:
    assert not (folder / "imported").exists()
    preloaded.call()
    eventually(lambda: imports(folder) if (folder / "imported").exists() else [], has_length(1))


def test_several_of_the_harness_share_what_was_imported(
    folder: Path, home: Home, shop: Callable[..., SystemProcess]
) -> None:
    other = Preloaded("shop", cwd=folder, address=home.address)
    ours, theirs = shop(), shop(preloaded=other)
    theirs.log_path = folder / "theirs.log"
    ours.start()
    theirs.start()
    assert len(imports(folder)) == 1
    ends = watched(theirs.pid)
    other.close()
    assert ended(ends)
    assert ours.alive


def test_nothing_is_left_when_the_home_is_closed(folder: Path, home: Home, shop: Callable[..., SystemProcess]) -> None:
    process = shop()
    process.start()
    ends = [watched(process.pid), watched(imports(folder)[0])]
    home.close()
    assert ended(*ends)


def test_nothing_is_started_at_a_strangers(
    folder: Path, shop: Callable[..., SystemProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "getuid", lambda: -1)
    process = shop()
    process.start()
    assert process.pid in imports(folder)


def test_a_stranger_is_not_let_in(
    folder: Path, shop: Callable[..., SystemProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name without a file is open to all users of the machine; whoever is somebody else starts nothing in our name."""
    stranger = "import os\nos.getuid = lambda: -1\nfrom nameraka.preloaded import main\nmain()\n"
    (folder / "suspicious.py").write_text(stranger)
    monkeypatch.setattr("nameraka.preloaded.__name__", "suspicious")
    home = Home("shop.almanac", cwd=folder)
    process = shop(preloaded=Preloaded("shop", cwd=folder, address=home.address))
    process.start()
    assert imports(folder) == [process.pid]
    home.close()


def test_nothing_is_left_when_the_harness_is_killed(folder: Path) -> None:
    port = free_port()
    harness = (
        "import sys\nfrom pathlib import Path\nfrom nameraka.process import SystemProcess\n"
        "from nameraka.preloaded import Home, Preloaded\n"
        f"h = Home('shop.almanac', cwd=Path({str(folder)!r}))\n"
        f"s = SystemProcess([sys.executable, '-m', 'shop', '{port}'], port={port}, cwd=Path({str(folder)!r}),"
        f" health_url='http://127.0.0.1:{port}/', log_path=Path({str(folder / 'log')!r}),"
        f" preloaded=Preloaded('shop', cwd=Path({str(folder)!r}), address=h.address))\n"
        "s.start()\nprint(s.pid, flush=True)\nsys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", harness], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        ends = [watched(int(parent.stdout.readline())), watched(imports(folder)[0])]
        parent.kill()
        assert ended(*ends)


def test_without_pidfd_a_start_is_an_ordinary_one(
    folder: Path, shop: Callable[..., SystemProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "pidfd_open")
    home = Home("shop.almanac", cwd=folder)
    process = shop(preloaded=Preloaded("shop", cwd=folder, address=home.address))
    process.start()
    process.restart()
    assert process.alive
    assert len(imports(folder)) == 2


def test_starting_it_twice_is_refused(shop: Callable[..., SystemProcess]) -> None:
    process = shop()
    process.start()
    with pytest.raises(ProcessError, match="is running already"):
        process.start()
