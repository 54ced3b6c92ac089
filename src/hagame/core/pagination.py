"""One way to page: keyset on the UUIDv7 id, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypeVar, TypeVarTuple
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

MAX_LIMIT = 200

T = TypeVar("T")
Columns = TypeVarTuple("Columns")


class PageQuery(BaseModel):
    """`?limit=&cursor=` of every list; the cursor is the `next_cursor` of the page before."""

    limit: int = Query(50, ge=1, le=MAX_LIMIT)
    cursor: UUID | None = Query(None, description="next_cursor of the page before")


Paging = Annotated[PageQuery, Query()]


def page_of(query: Select[*Columns], key: InstrumentedAttribute[UUID], paging: PageQuery) -> Select[*Columns]:
    """The query for one page and the first row of the next."""
    if paging.cursor is not None:
        query = query.where(key < paging.cursor)
    return query.order_by(key.desc()).limit(paging.limit + 1)


def cut(rows: Sequence[T], paging: PageQuery, ids: Sequence[UUID]) -> tuple[list[T], str | None]:
    """The rows of this page, and the cursor of the next one or None. `ids` belong to `rows`."""
    if len(rows) <= paging.limit:
        return list(rows), None
    return list(rows[: paging.limit]), str(ids[paging.limit - 1])
