"""A server that closes every connection as soon as its part of the TLS handshake is delivered,
so that what the client writes next meets a closed connection.

    closing_server.py PORT

It passes the handshake on from the TLS server at PORT of 127.0.0.1, whose certificate the client
therefore accepts. Prints the port it listens on; serves until it is killed.
"""

import itertools
import socket
import ssl
import sys


def main() -> None:
    server_address = ("127.0.0.1", int(sys.argv[1]))
    flight = records_of_flight(server_address)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        while True:
            client, _ = listener.accept()
            with socket.create_connection(server_address) as server, client:
                server.sendall(read_record(client))
                client.sendall(b"".join(read_record(server) for _ in range(flight)))


def records_of_flight(server_address: tuple) -> int:
    """How many TLS records the server sends before it waits for the client: a handshake tells."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing)
    with socket.create_connection(server_address) as server:
        for count in itertools.count():
            try:
                tls.do_handshake()
                return count
            except ssl.SSLWantReadError:
                server.sendall(outgoing.read())
                incoming.write(read_record(server))
    raise AssertionError("unreachable")


def read_record(connection: socket.socket) -> bytes:
    header = read_exactly(connection, 5)
    return header + read_exactly(connection, int.from_bytes(header[3:], "big"))


def read_exactly(connection: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        piece = connection.recv(length - len(data))
        if not piece:
            raise EOFError("the connection ended within a record")
        data += piece
    return data


if __name__ == "__main__":
    main()
