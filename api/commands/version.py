"""`kubelore version`."""

from __future__ import annotations


def command() -> None:
    """Print the version."""
    print(f"kubelore {installed_version()}")


def installed_version() -> str:
    """The installed version, or `unknown` in a checkout that is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("kubelore")
    except PackageNotFoundError:
        return "unknown"
