"""A service played by the test itself, one step at a time."""

import json
import socket

import bankmeta

BODY = json.dumps(
    {"RequestId": "R-1", "Code": "200", "Message": "success", "ResultObject": {"BizCode": "1", "SubCode": "101"}}
)
REPLY = f"HTTP/1.1 200 OK\r\nContent-Length: {len(BODY)}\r\nConnection: close\r\n\r\n{BODY}".encode()


class Service:
    """Its timeouts only bound how long a failing test hangs."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.socket.settimeout(60)
        self.connections = []
        self.endpoint = f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    @property
    def options(self):
        key = {"access_key_id": "id", "access_key_secret": "secret"}
        return {"endpoint": self.endpoint, "timeout": 50, "quota": "off", **key}

    def client(self, **options):
        return bankmeta.Client(**{**self.options, **options})

    def take(self):
        """Waits for a request; returns how to reply to it."""
        connection, _ = self.socket.accept()
        self.connections.append(connection)
        connection.settimeout(60)
        head, _, body = self.received(connection, b"", lambda text: b"\r\n\r\n" in text).partition(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length:")
        )
        self.received(connection, body, lambda text: len(text) >= length)

        def reply():
            connection.sendall(REPLY)
            connection.close()

        return reply

    @staticmethod
    def received(connection, text, enough):
        while not enough(text):
            more = connection.recv(65536)
            assert more, "the request ends too early"
            text += more
        return text

    def close(self):
        for connection in self.connections:
            connection.close()
        self.socket.close()
