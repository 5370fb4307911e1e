"""WAL on a network's disk is found, by what the system says is mounted where."""

from dataclasses import replace
from pathlib import Path

import pytest

from pnpm.diagnostics.checks import files as mounts
from tests.conftest import mounted, on_sqlite

LINE = (
    "36 35 0:{number} / {point} rw,noatime shared:1 master:2 - {kind} server:/export rw,vers=4.2\n"
)


@pytest.fixture
def table(tmp_path):
    """A file that says what is mounted where: `table(("/", "ext4"), ("/home", "nfs4"))`."""

    def table(*lines):
        file = tmp_path / "mountinfo"
        file.write_text(
            "".join(
                LINE.format(number=number, point=point, kind=kind)
                for number, (point, kind) in enumerate(lines)
            )
        )
        return file

    return table


def placed(app, folder, journal="WAL"):
    """The site with its data there."""
    return replace(
        app.config["PNPM"], database_url=f"sqlite:///{folder}/site.db", sqlite_journal=journal
    )


@pytest.mark.parametrize(
    "kind",
    ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "fuse.glusterfs", "ceph", "lustre", "afs", "9p"],
)
def test_wal_on_a_networks_disk_is_told_with_the_setting_that_helps(look, app, table, kind):
    found = look(
        mounts.file_system,
        placed(app, "/home/desa/instance"),
        mounts=table(("/", "ext4"), ("/home", kind)),
    )
    assert not found.is_fine
    assert f"({kind})" in found.words
    assert "PNPM_SQLITE_JOURNAL=DELETE" in found.words


def test_without_wal_it_is_fine_there(look, app, table):
    found = look(
        mounts.file_system,
        placed(app, "/home/desa", "DELETE"),
        mounts=table(("/", "ext4"), ("/home", "nfs4")),
    )
    assert found.is_fine
    assert "nfs4" in found.words


@pytest.mark.parametrize(
    "kind", ["ext4", "xfs", "btrfs", "overlay", "tmpfs", "zfs", "fuse.lxcfs", "simfs"]
)
def test_a_disk_of_ones_own_is_fine(look, app, table, kind):
    assert look(
        mounts.file_system, placed(app, "/home/desa"), mounts=table(("/", "nfs4"), ("/home", kind))
    ).is_fine


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/desa/instance", "nfs4"),  # the deepest counts
        ("/home2/desa", "ext4"),  # a name that begins alike is another
        ("/srv/two", "cifs"),  # the last one hides those under it
        ("/mnt/my disk/instance", "smb3"),
        ("/", "ext4"),
    ],
)
def test_where_a_folder_lies(table, folder, kind):
    file = table(
        ("/", "ext4"),
        ("/home", "xfs"),
        ("/home/desa", "nfs4"),
        ("/srv/two", "ext4"),
        ("/srv/two", "cifs"),
        (r"/mnt/my\040disk", "smb3"),
    )
    assert mounts.kind_of(Path(folder), file) == kind


def test_a_link_lies_where_it_leads(table, tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "there")
    assert (
        mounts.kind_of(tmp_path / "link", table(("/", "ext4"), (tmp_path / "there", "nfs")))
        == "nfs"
    )


def test_this_systems_own_table_is_read(tmp_path):
    (folder := tmp_path / "disk").mkdir()
    with mounted(folder, "-t", "tmpfs", "small"):
        assert mounts.kind_of(folder, Path("/proc/self/mountinfo")) == "tmpfs"


def test_a_system_without_one_is_not_judged(look, app, tmp_path):
    assert look(mounts.file_system, placed(app, "/home"), mounts=tmp_path / "none").is_fine


@on_sqlite
def test_here_it_is_fine(look):
    assert look(mounts.file_system).is_fine


def test_another_engine_has_no_file(look, app):
    assert (
        look(
            mounts.file_system,
            replace(app.config["PNPM"], database_url="mysql+pymysql://127.0.0.1/x"),
        )
        is None
    )
