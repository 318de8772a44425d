from fastapi.testclient import TestClient

from app.main import app

client = TestClient(app)


def test_says_its_name():
    assert client.get("/").json() == {"service": "${{ values.name }}"}


def test_is_healthy():
    assert client.get("/health").status_code == 200


def test_counts_requests_for_prometheus():
    client.get("/")
    text = client.get("/metrics").text
    assert 'requests_total{method="GET",status="200"}' in text
