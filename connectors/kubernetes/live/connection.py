"""How to reach a cluster and as whom: a kubeconfig context, or the service account of the pod we run in."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from kubernetes.client import ApiClient, Configuration
from kubernetes.config import ConfigException, load_incluster_config
from kubernetes.config.kube_config import KUBE_CONFIG_DEFAULT_LOCATION, load_kube_config

from connectors.errors import ConfigurationError

_KUBECONFIG = "KUBECONFIG"
_CONNECTIONS = 200
"""Kept open at most: each kind that is watched has one."""


@dataclass(frozen=True, slots=True)
class Target:
    """Which cluster: a `context` of the kubeconfig, or (`context` is '') the one we run in.

    `kubeconfig` is its file; '' for what `kubectl` would read. `impersonate` is the user to act as.
    """

    context: str = ""
    kubeconfig: str = ""
    impersonate: str = ""


class Connection:
    """The official client for a target, and its credentials as `connectors.http` takes them."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._configuration = _configuration(target)
        self.client = ApiClient(self._configuration)

    @property
    def host(self) -> str:
        """The server's address."""
        return str(self._configuration.host).rstrip("/")

    @property
    def place(self) -> str:
        """The context and the server, as an error names them: without what else an address may hold."""
        parts = urlsplit(self.host)
        server = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        return (
            f"context {self._target.context} ({server})"
            if self._target.context
            else f"the cluster ({server})"
        )

    @property
    def command(self) -> str:
        """How to try the login by hand, as the end of a sentence; '' inside the cluster."""
        context = self._target.context
        return f" of the kubeconfig, then try `kubectl --context {context} get namespaces`" if context else ""

    @property
    def pool(self) -> Any:
        """The client's pool of connections (urllib3), with its certificates and proxy."""
        return self.client.rest_client.pool_manager

    def close(self) -> None:
        """Close the connections."""
        self.pool.clear()

    def header(self) -> str:
        """The value of `Authorization`; '' where a certificate speaks for us."""
        token = self._configuration.get_api_key_with_prefix("BearerToken")
        return str(token) if token else str(self._configuration.get_basic_auth_token() or "")

    def refresh(self) -> bool:
        """Read the credentials anew, as a login or a rotation may have changed them; whether they did."""
        before = self.header()
        self._configuration = _configuration(self._target)
        self.client = ApiClient(self._configuration)
        return self.header() != before

    def secrets(self) -> tuple[str, ...]:
        """The token."""
        return tuple(filter(None, self.header().split()[1:]))


def _configuration(target: Target) -> Configuration:
    made = Configuration()
    # How often and when to try again is decided in one place, connectors.http.
    made.retries = False
    made.connection_pool_maxsize = _CONNECTIONS
    try:
        if target.context:
            load_kube_config(
                config_file=_kubeconfig(target),
                context=target.context,
                client_configuration=made,
                persist_config=False,
            )
        else:
            load_incluster_config(client_configuration=made)
    except (
        ConfigException,
        yaml.YAMLError,
        OSError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
    ) as error:
        raise ConfigurationError(_problem(target, error)) from None
    if str(made.host).startswith("https:") and not (made.api_key or made.cert_file or made.username):
        # The client only logs that a login plugin has failed.
        raise ConfigurationError(
            f"context {target.context} gives no credentials, or its login plugin failed; try"
            f" `kubectl --context {target.context} get namespaces`"
        )
    return made


def _kubeconfig(target: Target) -> str:
    found = target.kubeconfig or os.environ.get(_KUBECONFIG) or str(KUBE_CONFIG_DEFAULT_LOCATION)
    return os.path.expanduser(found)


def _problem(target: Target, error: Exception) -> str:
    """What is wrong, without the library's words where they may quote the file."""
    if not target.context:
        return (
            "no service account of a pod was found; `in_cluster` is for Kubelore running inside the cluster,"
            " elsewhere name a `context`"
        )
    place = _kubeconfig(target)
    if not any(Path(part).is_file() for part in place.split(os.pathsep)):
        return f"there is no kubeconfig {place}; correct `kubeconfig` (or {_KUBECONFIG}), or log in to the cluster"
    if isinstance(error, ConfigException) and f"name {target.context} " in f"{error} ":
        return f"kubeconfig {place} has no context {target.context}; `kubectl config get-contexts` lists those it has"
    kind = type(error).__name__
    return f"context {target.context} of kubeconfig {place} cannot be used ({kind}); try it with kubectl"
