"""Who gets through nginx, Authelia and the service's own gate."""

from __future__ import annotations

import socket
import ssl
import time
import urllib.parse
import urllib.request

import pytest
from sample_view import NASTY
from services.admin_front import PASSWORD, SECRET, USERS, AdminSite, Browser, hidden


def raw(site: AdminSite, text: bytes, port: int = 0) -> bytes:
    """Bytes as they are, to nginx by TLS, or to the service itself when its port is given."""
    connection = socket.create_connection(("127.0.0.1", port or site.front.port), 15)
    if not port:
        connection = site.front.trust().wrap_socket(connection, server_hostname="localhost")
    with connection:
        connection.sendall(text)
        received = b""
        try:
            while part := connection.recv(65536):
                received += part
        except (ssl.SSLError, ConnectionResetError, TimeoutError):
            pass
        return received


def first_archive(browser: Browser) -> str:
    return browser.get("/athena-test/archives").text.split('href="/athena-test/archives/')[1].split('"')[0]


def test_an_address_that_is_not_listed_is_refused(site):
    assert site.ask("/athena-test", source="127.0.0.9").status == 403
    assert site.ask("/login", source="127.0.0.9").status == 403
    assert site.ask("/login", source="127.0.0.3").status == 200


def test_without_a_session_of_authelia_its_own_page_is_shown(site):
    for path in ("/", "/athena-test", "/login", "/health"):
        reply = site.ask(path, session="")
        assert reply.status == 302
        assert reply.headers["location"].startswith("https://auth.example.net/")
    assert site.ask("/athena-test", session="out-session").status == 403


@pytest.mark.parametrize("request_line, host", [
    ("GET /athena-test HTTP/1.1", "other.example.net"), ("GET https://localhost/athena-test HTTP/1.1", "other.example.net"),
    ("GET https://other.example.net/athena-test HTTP/1.1", "localhost"), ("GET /athena-test HTTP/1.0", ""),
    ("GET /login HTTP/1.1", "other.example.net")])
def test_a_password_only_session_of_another_site_does_not_get_in_by_naming_that_site(site, ada, request_line, host):
    cookie = "; ".join(f"{name}={value}" for name, value in ada.cookies.items())
    answer = raw(site, f"{request_line}\r\n{f'Host: {host}' if host else 'X: y'}\r\nConnection: close\r\n"
                       f"Cookie: authelia_session=half-session; {cookie}\r\n\r\n".encode())
    assert answer.split()[1] in (b"302", b"421"), answer[:300]
    assert {urllib.parse.urlsplit(url).hostname for url in site.authelia.asked} == {"localhost"}


def test_a_host_of_another_name_gets_no_certificate_and_no_page(site):
    with pytest.raises(ssl.SSLError, match="(?i)unrecognized"):
        site.front.trust().wrap_socket(socket.create_connection(("127.0.0.1", site.front.port), 5),
                                       server_hostname="other.example.net")


def test_the_service_takes_no_request_for_another_host_whatever_its_proxy_let_through(site):
    proxy = f"X-Admin-Proxy: {SECRET}\r\nX-Real-IP: 127.0.0.1\r\nConnection: close\r\n\r\n"
    for host, status in (("localhost", b"200"), ("LOCALHOST:8460", b"200"), ("other.example.net", b"421"),
                         ("localhost.example.net", b"421"), ("", b"421")):
        answer = raw(site, f"GET /login HTTP/1.1\r\nHost: {host}\r\n{proxy}".encode(), site.service.port)
        assert answer.split()[1] == status, (host, answer[:200])


def test_a_poll_without_a_session_of_authelia_is_told_401_and_not_led_away(site):
    assert site.ask("/athena-test/live", session="").status == 401
    assert site.ask("/athena-test", session="").status == 302


def test_an_office_behind_one_address_polls_without_being_refused_and_a_single_session_does_not_flood(site):
    office = [f"__Host-athena-session={number:064x}" for number in range(60)]
    asked = [site.ask("/athena-test/live", cookie=office[number % 60]).status for number in range(600)]
    assert set(asked) == {401}, "the service answers each: it does not know these sessions"
    flood = [site.ask("/athena-test/live", cookie="__Host-athena-session=" + "f" * 64).status for _ in range(400)]
    assert flood.count(503) > 50


def test_strangers_and_users_without_the_right_get_a_page_that_says_what_to_do(site):
    for reply in (site.ask("/athena-test", source="127.0.0.9"), site.ask("/athena-test", session="out-session")):
        assert reply.status == 403 and "Ask an administrator" in reply.text and "nginx" not in reply.text


def test_the_portal_of_authelia_is_reached_under_its_own_name_only(site):
    answer = raw(site, b"GET /api/authz/auth-request HTTP/1.1\r\nHost: auth.example.net\r\nConnection: close\r\n\r\n")
    assert answer.split()[1] == b"400", "the stand-in answers, and misses the address that is asked about"


def test_the_place_that_asks_authelia_is_not_reached_from_outside(site):
    assert site.ask("/internal/authelia").status == 404


def test_the_service_itself_refuses_whoever_comes_without_the_proxy(site):
    for headers in ({}, {"X-Admin-Proxy": "guess"}, {"Remote-User": "ada", "X-Real-IP": "127.0.0.1"}):
        request = urllib.request.Request(f"http://127.0.0.1:{site.service.port}/login", headers=headers)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10)
        assert refused.value.code == 403


def test_the_service_listens_on_this_machine_only(site):
    with open("/proc/net/tcp", encoding="ascii") as table:
        port = f"{site.service.port:04X}"
        listening = [line.split()[1] for line in table if line.split()[3] == "0A" and line.split()[1].endswith(port)]
    assert listening == [f"0100007F:{port}"]


def test_headers_of_a_browser_never_reach_the_service_as_the_proxys(site):
    forged = {"Remote-User": "root", "Remote-Groups": "athena-operators", "X-Real-IP": "10.9.9.9",
              "X-Admin-Proxy": SECRET, "X-Forwarded-For": "10.9.9.9"}
    assert site.ask("/athena-test", headers=forged).status == 303
    assert site.service.log()[-1]["address"] == "127.0.0.1"


def test_a_password_of_ours_signs_in_and_out(site):
    browser = site.sign_in()
    assert "All is well" in browser.get("/athena-test").text
    assert browser.post("/logout", {}, page="/athena-test").status == 303
    assert browser.get("/athena-test").status == 303


def test_cookies_stay_in_place_and_pages_allow_nothing_foreign(site):
    reply = site.ask("/login")
    [cookie] = reply.cookies
    assert cookie.startswith("__Host-athena-login=")
    assert all(word in cookie for word in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/"))
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert reply.headers["strict-transport-security"]
    assert "server" not in reply.headers or "/" not in reply.headers["server"]


def test_a_form_without_its_token_does_nothing(site, ada):
    browser = ada
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    for form in ({}, {"form_token": "0" * 64}):
        assert site.ask("/athena-test/backup", {**form, "request_id": "0" * 32}, cookie=cookie).status == 403
    evil = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert browser.post("/athena-test/backup", {}, page="/athena-test/backup", headers=evil).status == 403
    assert site.ask("/login", {"user": "ada", "password": PASSWORD}).status == 403


def test_a_viewer_starts_nothing(site, vic):
    browser = vic
    page = "/athena-test/archives"
    archive = first_archive(browser)
    for path in ("/athena-test/backup", f"{page}/{archive}/restore", f"{page}/{archive}/manage"):
        assert browser.post(path, {"request_id": "1" * 32, "confirm": "athena-test"}, page="/athena-test").status == 403
    assert [line for line in site.service.audit() if line["user"] == "vic" and line["result"].startswith("refused")]


def test_markup_in_a_description_is_shown_as_text(ada):
    for path in ("/athena-test", "/athena-test/archives", "/athena-test/history", "/athena-test/retention"):
        text = ada.get(path).text
        assert "<script>alert" not in text and "<img src=x" not in text, path
    archive = first_archive(ada)
    detail = ada.get(f"/athena-test/archives/{archive}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in detail
    assert "{{title}}" in detail and "x" * 10_000 in detail


def test_what_a_person_types_comes_back_as_text(site, ada):
    archive = first_archive(ada)
    restore = f"/athena-test/archives/{archive}/restore"
    typed = {"confirm": NASTY, "lost_reason": NASTY, "skip_reason": NASTY, "stay_reason": NASTY}
    for path in (restore, "/athena-test/backup"):
        reply = ada.post(path, {**typed, "description": NASTY * 8}, page=path)
        assert reply.status == 422 and "&lt;script&gt;alert(1)" in reply.text, path
        assert "<script>alert" not in reply.text and "<img src=x" not in reply.text, path
    found = ada.get("/athena-test/archives?" + urllib.parse.urlencode({"q": NASTY}))
    assert "&lt;script&gt;" in found.text and "<script>alert" not in found.text
    refused = Browser(site).post("/login", {"user": NASTY, "password": "x"}, page="/login", source="127.0.0.4")
    assert refused.status == 401 and "<script>alert" not in refused.text


@pytest.mark.parametrize("path", [
    "/../../etc/passwd", "/assets/../../etc/passwd", "/assets/%2e%2e/%2e%2e/etc/passwd", "/assets/x/%2e%2e%2fpasswd",
    "/athena-test/archives/..%2f..%2fetc%2fpasswd", "/athena-test%00/live", "//etc/passwd", "/athena-test/requests/%2e%2e"])
def test_no_path_leads_out_of_the_pages(site, ada, path):
    cookie = "; ".join(f"{name}={value}" for name, value in ada.cookies.items())
    answer = raw(site, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                       f"Cookie: authelia_session=ada-session; {cookie}\r\n\r\n".encode())
    assert b"root:" not in answer
    assert answer.split()[1] in (b"400", b"404")


@pytest.mark.parametrize("text", [
    b"GET /\r\n\r\n", b"\x16\x03\x01\x02\x00", b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
    b"POST /login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzzzz\r\n", b"PUT / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 300 + b"\r\n", b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nRange: bytes=" + b",".join(b"0-" for _ in range(500)) + b"\r\n\r\n"])
def test_malformed_requests_get_no_page_and_leave_the_service_standing(site, text):
    for port in (0, site.service.port):
        answer = raw(site, text, port)
        assert b"200 OK" not in answer
    assert site.ask("/login").status == 200


def test_connections_that_send_slowly_or_never_keep_nobody_waiting_and_are_closed(site):
    slow = [socket.create_connection(("127.0.0.1", site.service.port), 30) for _ in range(64)]
    try:
        for number, connection in enumerate(slow):
            connection.sendall(b"" if number % 2 else b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000\r\n\r\nx")
        begun = time.monotonic()
        health = raw(site, b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n", site.service.port)
        assert health.split()[1] == b"200" and site.ask("/login").status == 200
        assert time.monotonic() - begun < 2
        # a byte now and then does not prolong the deadline of ten seconds
        while time.monotonic() - begun < 14 and any(still_open(connection) for connection in slow[::2]):
            time.sleep(0.5)
        assert 8 < time.monotonic() - begun < 14
        assert not any(still_open(connection) for connection in slow)
    finally:
        for connection in slow:
            connection.close()


def still_open(connection: socket.socket) -> bool:
    try:
        connection.sendall(b"y")
        connection.setblocking(False)
        return bool(connection.recv(1))
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        connection.setblocking(True)


def test_an_oversized_form_is_refused(site):
    assert site.ask("/login", b"user=" + b"a" * 20_000).status == 413
    assert site.ask("/login", b"user=" + b"a" * 9_000).status == 413


def test_a_line_break_in_a_parameter_makes_no_header(site):
    reply = site.ask("/login?next=/x%0d%0aSet-Cookie:%20evil=1")
    assert not any("evil" in cookie for cookie in reply.cookies)
    browser = Browser(site)
    reply = browser.post("/login", {"user": "ada", "password": PASSWORD, "next": "//evil.example/"}, page="/login")
    assert (reply.status, reply.headers["location"]) == (303, "/")


def test_five_wrong_passwords_lock_the_account_for_that_address(site):
    browser = Browser(site)
    for _ in range(5):
        last = browser.post("/login", {"user": "vic", "password": "wrong"}, page="/login", source="127.0.0.3")
    assert last.status == 429
    locked = browser.post("/login", {"user": "vic", "password": PASSWORD}, page="/login", source="127.0.0.3")
    assert locked.status == 429 and int(locked.headers["retry-after"]) > 600
    assert site.sign_in("vic")


def test_a_flood_of_logins_neither_gets_in_nor_keeps_others_out(site):
    begun = time.monotonic()
    statuses: dict[int, int] = {}
    page = site.ask("/login", source="127.0.0.4")
    cookie = page.cookies[0].split(";")[0]
    form = {"form_token": hidden(page.text, "form_token"), "user": "ada", "password": "guess"}
    for number in range(500):
        reply = site.ask("/login", {**form, "password": f"guess {number}"}, source="127.0.0.4", cookie=cookie)
        statuses[reply.status] = statuses.get(reply.status, 0) + 1
    assert time.monotonic() - begun < 60, "500 within a minute are what this test is about"
    assert 303 not in statuses
    assert statuses.get(401, 0) <= 5
    assert statuses[429] >= 490
    begun = time.monotonic()
    assert site.sign_in("ada")
    assert time.monotonic() - begun < 3


def test_the_trail_says_who_from_where_and_how_it_ended(site):
    logins = [line for line in site.service.audit() if line["action"] == "login"]
    assert {"user": "ada", "address": "127.0.0.1", "result": "ok"}.items() <= logins[0].items()
    assert any(line["address"] == "127.0.0.4" and "locked" in line["result"] for line in logins)
    assert not any(PASSWORD in str(line) or "guess" in str(line) for line in site.service.audit() + site.service.log())
    assert oct((site.folder / "data").stat().st_mode & 0o777) == "0o700"
    assert USERS.keys() <= {line["user"] for line in logins}
