"""The keys that every source has."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.settings.fields import NotEmpty, Strict
from connectors.documents import PUBLIC

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=100)]
Principals = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], NotEmpty]


class BaseSource(Strict):
    """A source's name, and who may read it."""

    name: Name = Field(description="The source's name: part of every document's id, so choose it once.")
    access: Principals = Field(
        default=(PUBLIC,),
        description="Principals that may read it (`public`: everyone); a change holds after the next run.",
    )
