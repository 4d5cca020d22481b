"""A real PostgreSQL server for tests: the binaries of the package ``pgserver``, run as an ordinary user."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

USER, PASSWORD = "tester", "secret"
ORDINARY = "nobody"  # PostgreSQL refuses to run as root


class Server:
    """Starts at once on a free port of this machine; can be stopped and started again with what it holds."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="rehab-opt-postgres-"))
        self.binaries = self._binaries()
        self.data = self.folder / "data"
        self.data.mkdir()
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        if os.getuid() == 0:
            shutil.chown(self.data, ORDINARY)
            self.folder.chmod(0o755)
        options = (
            "-D",
            self.data,
            "-U",
            USER,
            "-A",
            "scram-sha-256",
            "--pwfile",
            secret,
            "--no-sync",
            "--locale=C",
            "-E",
            "UTF8",
        )
        subprocess.run([self.binaries / "initdb", *options], check=True, capture_output=True, **self._who())
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = self.url_with(PASSWORD)
        self.start()

    def url_with(self, password):
        return f"postgresql+psycopg://{USER}:{password}@127.0.0.1:{self.port}/postgres"

    def start(self):
        quick = ("-c", "fsync=off", "-c", "unix_socket_directories=", "-c", "listen_addresses=127.0.0.1")
        self.process = subprocess.Popen(
            [self.binaries / "postgres", "-D", self.data, "-p", str(self.port), *quick],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self._who(),
        )
        deadline = time.monotonic() + 60
        while not self._answers():
            assert self.process.poll() is None, "PostgreSQL did not start"
            assert time.monotonic() < deadline, "PostgreSQL does not answer"
            time.sleep(0.05)

    def stop(self):
        """Take the server away as a power cut would."""
        for process in (self.process, *self._children()):
            process.kill() if process is self.process else os.kill(process, 9)
        self.process.wait()
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def change_password(self, password):
        import psycopg

        with psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(f"ALTER USER {USER} PASSWORD '{password}'")
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _children(self):
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(process) for process in children.read_text().split()] if children.exists() else []

    def _answers(self):
        import psycopg

        try:
            psycopg.connect(self.url.replace("+psycopg", ""), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _binaries(self):
        spec = find_spec("pgserver")
        assert spec is not None, "the tests need the package pgserver; it is in the extra 'test'"
        package = Path(spec.origin).parent
        if not self._runs(package / "pginstall" / "bin" / "postgres"):
            # Root may have installed it where an ordinary user cannot read.
            # initdb needs the pg_*.sample files beside the binaries.
            left_out = shutil.ignore_patterns("include", "*.a", "psql", "ecpg", "pg_dump*", "pg_restore")
            shutil.copytree(package / "pginstall", self.folder / "pgserver" / "pginstall", ignore=left_out)
            shutil.copytree(package.with_name("pgserver.libs"), self.folder / "pgserver.libs")
            package = self.folder / "pgserver"
        return package / "pginstall" / "bin"

    def _runs(self, program):
        try:
            return (
                subprocess.run([program, "--version"], capture_output=True, check=False, **self._who()).returncode == 0
            )
        except OSError:
            return False

    def _who(self):
        return {"user": ORDINARY, "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}
