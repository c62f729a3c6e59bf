"""Services for tests: they answer on this machine as WhatsApp's Cloud API, Twilio and a mail server are documented to.

What a service shall do next is put into `next_answers`; without more it takes every message that is asked for rightly.
"""

import json
import socket
import socketserver
import threading
from base64 import b64decode
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

TOKEN = "a token that only the owner knows"
ACCOUNT, PHONE_NUMBER_ID = "AC0123456789", "106540352242922"


@dataclass(frozen=True)
class Says:
    """An HTTP answer. `takes`: whether the message counts as taken all the same."""

    status: int
    body: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    takes: bool = False


TAKES_AND_CUTS = "takes the message, and the line breaks before the answer"
HANGS = "takes the message and never answers"
TALKS_NONSENSE = "takes the message and answers what nobody understands"


def whatsapp_error(status: int, code: int, **headers: str) -> Says:
    """An error as the Cloud API words it."""
    error = {"message": f"(#{code}) secret words", "type": "OAuthException", "code": code, "fbtrace_id": "A1"}
    return Says(status, {"error": error}, {name.replace("_", "-"): value for name, value in headers.items()})


def twilio_error(status: int, code: int, **headers: str) -> Says:
    """An error as Twilio words it."""
    body = {"code": code, "message": "secret words", "status": status, "more_info": "https://www.example.org"}
    return Says(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


class WebService:
    """WhatsApp's Cloud API and Twilio's messages, on one port."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()  # how often a message was taken, by our own id of it or by its text
        self.asked: list[dict[str, Any]] = []
        self.next_answers: deque[Says | str] = deque()
        self.released = threading.Event()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    def answer_to(self, path: str, headers: Any, body: bytes) -> tuple[Says | str, str]:
        """What to answer, and the id under which the message was taken."""
        request, key, wrong = _read(path, headers, body)
        with self._lock:
            self.asked.append(request)
            answer = wrong or (self.next_answers.popleft() if self.next_answers else _taken(path, key))
            if isinstance(answer, str) or answer.takes:
                self.taken[key] += 1
        return answer, key


def _read(path: str, headers: Any, body: bytes) -> tuple[dict[str, Any], str, Says | None]:
    if path.endswith(f"/{PHONE_NUMBER_ID}/messages"):
        request = json.loads(body)
        wrong = None
        if headers.get("authorization") != f"Bearer {TOKEN}":
            wrong = whatsapp_error(401, 190)
        elif request.get("messaging_product") != "whatsapp" or not request["to"].isdigit():
            wrong = whatsapp_error(400, 100)
        return request, request.get("biz_opaque_callback_data", ""), wrong
    if path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        given = b64decode(headers.get("authorization", "Basic ").removeprefix("Basic ")).decode()
        wrong = None if given == f"{ACCOUNT}:{TOKEN}" else twilio_error(401, 20003)
        if wrong is None and not ({"To", "Body"} <= set(form) and {"From", "MessagingServiceSid"} & set(form)):
            wrong = twilio_error(400, 21604)
        return form, form.get("Body", ""), wrong
    return {}, "", Says(404, {"error": {"message": "no such path", "code": 100}})


def _taken(path: str, key: str) -> Says:
    if path.startswith("/2010"):
        return Says(201, {"sid": f"SM{uuid4().hex}", "status": "queued", "error_code": None}, takes=True)
    return Says(200, {"messaging_product": "whatsapp", "messages": [{"id": f"wamid.{key}"}]}, takes=True)


def _handler(service: WebService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            answer, _ = service.answer_to(self.path, self.headers, body)
            if answer == HANGS:
                service.released.wait(30)
            if answer in (HANGS, TAKES_AND_CUTS):
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            said = answer if isinstance(answer, Says) else Says(200)
            content = b"<html>" if answer == TALKS_NONSENSE else json.dumps(said.body).encode()
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@contextmanager
def web_service() -> Iterator[WebService]:
    service = WebService()
    try:
        yield service
    finally:
        service.close()


class MailServer:
    """A mail server. `next_answers`: (after which command, what it says), as ("RCPT", "550 no such user")."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.mails: list[tuple[str, bytes]] = []
        self.next_answers: deque[tuple[str, str]] = deque()
        self._server = socketserver.ThreadingTCPServer((host, 0), _talker(self))
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _talker(server: MailServer) -> type[socketserver.StreamRequestHandler]:
    class Talker(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def answers(self, command: str, usual: str) -> bool:
            """Say what is asked for after this command, or the usual; whether to go on."""
            said = usual
            if server.next_answers and server.next_answers[0][0] == command:
                said = server.next_answers.popleft()[1]
            if said == "cut":
                self.connection.shutdown(socket.SHUT_RDWR)
                return False
            self.say(said)
            return True

        def handle(self) -> None:
            self.say("220 mail.test")
            to = ""
            while line := self.rfile.readline().decode().strip():
                command = line[:4].upper()
                if command == "QUIT":
                    self.say("221 bye")
                    return
                if command == "RCPT":
                    to = line.partition("<")[2].rstrip(">")
                if command == "DATA":
                    if not self.answers("DATA", "354 go on"):
                        return
                    text = b"".join(iter(self.rfile.readline, b".\r\n"))
                    server.mails.append((to, text))
                    if not self.answers("DOT", "250 taken"):
                        return
                elif not self.answers(command, "250 ok"):
                    return

    return Talker


@contextmanager
def mail_server(host: str = "127.0.0.1") -> Iterator[MailServer]:
    server = MailServer(host)
    try:
        yield server
    finally:
        server.close()
