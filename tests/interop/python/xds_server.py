"""A gRPC server that takes its security from xDS: xds_server.py PORT. Answers every call with the SPIFFE identity of the caller's certificate, or
"plaintext". Prints "started"; ends when its input ends."""

import sys
from concurrent import futures

import grpc


def who(request, context):
    names = context.auth_context().get("x509_subject_alternative_name", [])
    return next((name for name in names if name.startswith(b"spiffe://")), b"plaintext")


server = grpc.server(futures.ThreadPoolExecutor(max_workers=8), xds=True)
server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("test.Backend", {
    "Who": grpc.unary_unary_rpc_method_handler(who, request_deserializer=lambda b: b, response_serializer=lambda b: b),
}),))
server.add_secure_port("0.0.0.0:" + sys.argv[1], grpc.xds_server_credentials(grpc.insecure_server_credentials()))
server.start()
print("started", flush=True)
sys.stdin.read()
server.stop(None)
