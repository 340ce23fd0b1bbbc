"""Whether a server speaks HTTP/2 with one who comes so: http2_probe.py HOST PORT (plaintext | tls [CERTIFICATE KEY]). The server's own certificate
is not checked. Prints "accepted" or "refused: why"."""

import socket
import ssl
import sys

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
SETTINGS = 4

host, port, kind = sys.argv[1], int(sys.argv[2]), sys.argv[3]
try:
    connection = socket.create_connection((host, port), timeout=10)
    if kind == "tls":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(["h2"])
        if len(sys.argv) > 4:
            context.load_cert_chain(sys.argv[4], sys.argv[5])
        connection = context.wrap_socket(connection)
    connection.sendall(PREFACE)
    head = b""
    while len(head) < 9 and (more := connection.recv(9 - len(head))):
        head += more
    print("accepted" if len(head) == 9 and head[3] == SETTINGS else f"refused: closed after {len(head)} bytes", flush=True)
except OSError as error:
    print(f"refused: {error}", flush=True)
