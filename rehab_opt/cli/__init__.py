"""The command line: parse, call, print. One small file a command; what takes long to import is imported when called."""

from rehab_opt.cli.app import app, main

__all__ = ["app", "main"]
