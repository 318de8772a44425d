"""The HTTP interface of ${{ values.name }}."""

import logging
import sys

from fastapi import FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, Counter, generate_latest

logging.basicConfig(
    stream=sys.stdout,
    level=logging.INFO,
    format='{"timestamp":"%(asctime)s","level":"%(levelname)s","logger":"%(name)s","message":"%(message)s"}',
)

REQUESTS = Counter("requests", "Requests answered", ["method", "status"])

app = FastAPI(title="${{ values.name }}")


@app.middleware("http")
async def count(request: Request, call_next):
    response = await call_next(request)
    if request.url.path != "/metrics":
        REQUESTS.labels(request.method, response.status_code).inc()
    return response


@app.get("/")
def index() -> dict[str, str]:
    return {"service": "${{ values.name }}"}


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/metrics")
def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
