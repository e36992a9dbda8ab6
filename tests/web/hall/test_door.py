"""The short address of the hall."""

from flask.testing import FlaskClient

WECHAT = {"User-Agent": "Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 MicroMessenger/8.0.40"}


def test_the_short_address_leads_to_the_tickets(client: FlaskClient) -> None:
    answer = client.get("/k")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/ticket")


def test_wechat_is_told_how_to_open_the_phones_own_browser(client: FlaskClient) -> None:
    page = client.get("/k", headers=WECHAT, base_url="http://192.168.1.8:8000").get_data(as_text=True)
    assert "在浏览器打开" in page
    assert "192.168.1.8:8000/k" in page
    assert 'href="/account/ticket"' in page
