"""Gets a certificate as an agent does, with gRPC's C-core: certificate_client.py HOST:PORT ROOTS CSR OUT (--token FILE | --cert FILE --key FILE).
Writes the chain to OUT, the roots (the last element) left out, and prints "chain N"; or prints "error CODE: why"."""

import argparse

import grpc


def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def strings(message):
    """The texts of field 1, the only field of the response."""
    at, found = 0, []
    while at < len(message):
        assert message[at] == 1 << 3 | 2
        at, length, shift = at + 1, 0, 0
        while True:
            byte = message[at]
            at, length, shift = at + 1, length | (byte & 127) << shift, shift + 7
            if byte < 128:
                break
        found.append(message[at:at + length].decode())
        at += length
    return found


def read(path):
    with open(path, "rb") as source:
        return source.read()


parser = argparse.ArgumentParser()
for name in ("target", "roots", "csr", "out"):
    parser.add_argument(name)
for name in ("token", "cert", "key"):
    parser.add_argument("--" + name)
args = parser.parse_args()
credentials = grpc.ssl_channel_credentials(
    read(args.roots), read(args.key) if args.key else None, read(args.cert) if args.cert else None)
channel = grpc.secure_channel(
    args.target, credentials, [("grpc.ssl_target_name_override", "istiod.istio-system.svc"), ("grpc.enable_http_proxy", 0)])
create = channel.unary_unary(
    "/istio.v1.auth.IstioCertificateService/CreateCertificate", request_serializer=lambda b: b, response_deserializer=lambda b: b)
metadata = [("authorization", "Bearer " + read(args.token).decode().strip())] if args.token else []
try:
    chain = strings(create(field(1, read(args.csr)) + varint(3 << 3) + varint(3600), metadata=metadata, timeout=20))
    with open(args.out, "w") as out:
        out.write("".join(chain[:-1]))
    print(f"chain {len(chain)}", flush=True)
except grpc.RpcError as error:
    print(f"error {error.code().name}: {error.details()}", flush=True)
