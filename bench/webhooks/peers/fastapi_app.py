"""(c) FastAPI, as one would write it: asyncpg's pool for PostgreSQL, a few threads for SQLite."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, Final

import asyncpg
import durable
from fastapi import FastAPI, Request, Response

CONNECTIONS: Final = 4
"""In each of the two workers: as many as a gunicorn worker has threads."""


class Postgres:
    async def open(self) -> None:
        self.pool = await asyncpg.create_pool(durable.DATABASE_URL, min_size=CONNECTIONS, max_size=CONNECTIONS)
        self.sql = durable.insert_sql(lambda number: f"${number}")

    async def store(self, payload: dict[str, Any]) -> None:
        await self.pool.execute(self.sql, *durable.row(payload, durable.now()))

    async def close(self) -> None:
        await self.pool.close()


class Sqlite:
    async def open(self) -> None:
        self.threads = ThreadPoolExecutor(CONNECTIONS)
        self.mine = threading.local()
        self.sql = durable.insert_sql(lambda _: "?")

    async def store(self, payload: dict[str, Any]) -> None:
        row = durable.row(payload, durable.sqlite_now())
        await asyncio.get_running_loop().run_in_executor(self.threads, self.insert, row)

    def insert(self, row: list[Any]) -> None:
        if not hasattr(self.mine, "connection"):
            path = durable.DATABASE_URL.removeprefix("sqlite:///")
            self.mine.connection = sqlite3.connect(path, timeout=durable.LOCK_SECONDS, isolation_level=None)
            for pragma in durable.PRAGMAS:
                self.mine.connection.execute(f"PRAGMA {pragma}")
        self.mine.connection.execute(self.sql, row)

    async def close(self) -> None:
        self.threads.shutdown()


database = Postgres() if durable.DATABASE_URL.startswith("postgres") else Sqlite()


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    await database.open()
    yield
    await database.close()


app = FastAPI(lifespan=lifespan)


@app.post("/webhooks/event/{sealed}/")
async def heard(sealed: str, request: Request) -> Response:
    try:
        payload = durable.verified(request.headers.get("authorization", ""), await request.body())
    except durable.Refused:
        return Response("wrong signature", 401, media_type="text/plain")
    await database.store(payload)
    return Response(durable.ncco(payload), media_type="application/json")
