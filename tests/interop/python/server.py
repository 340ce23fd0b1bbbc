"""The server of the interoperability cases: server.py DESCRIPTOR_SET. Prints "PORT n" when it listens; ends when its input ends."""

import sys
import time
from concurrent import futures

import grpc

from stubs import INITIAL_KEY, TRAILING_KEY, Messages

pb = Messages(sys.argv[1])


def echo(context):
    metadata = dict(context.invocation_metadata())
    if INITIAL_KEY in metadata:
        context.send_initial_metadata(((INITIAL_KEY, metadata[INITIAL_KEY]),))
    if TRAILING_KEY in metadata:
        context.set_trailing_metadata(((TRAILING_KEY, metadata[TRAILING_KEY]),))


def fail_if_asked(request, context):
    if request.HasField("response_status") and request.response_status.code != 0:
        code = next(c for c in grpc.StatusCode if c.value[0] == request.response_status.code)
        context.abort(code, request.response_status.message)


def responses_to(request, context):
    fail_if_asked(request, context)
    for parameters in request.response_parameters:
        if parameters.interval_us > 0:
            time.sleep(parameters.interval_us / 1e6)
        yield pb.StreamingOutputCallResponse(payload=pb.Payload(body=bytes(parameters.size)))


def empty_call(request, context):
    echo(context)
    return pb.Empty()


def unary_call(request, context):
    echo(context)
    fail_if_asked(request, context)
    return pb.SimpleResponse(payload=pb.Payload(body=bytes(request.response_size)))


def streaming_output_call(request, context):
    echo(context)
    yield from responses_to(request, context)


def streaming_input_call(requests, context):
    echo(context)
    return pb.StreamingInputCallResponse(aggregated_payload_size=sum(len(r.payload.body) for r in requests))


def full_duplex_call(requests, context):
    echo(context)
    for request in requests:
        yield from responses_to(request, context)


def handler(make, function, request):
    return make(function, request_deserializer=request.FromString, response_serializer=lambda m: m.SerializeToString())


def main():
    # A stream holds its thread as long as it is open, and one case opens a thousand.
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=1100), options=[("grpc.max_receive_message_length", 4 << 20)])
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("grpc.testing.TestService", {
        "EmptyCall": handler(grpc.unary_unary_rpc_method_handler, empty_call, pb.Empty),
        "UnaryCall": handler(grpc.unary_unary_rpc_method_handler, unary_call, pb.SimpleRequest),
        "StreamingOutputCall": handler(grpc.unary_stream_rpc_method_handler, streaming_output_call, pb.StreamingOutputCallRequest),
        "StreamingInputCall": handler(grpc.stream_unary_rpc_method_handler, streaming_input_call, pb.StreamingInputCallRequest),
        "FullDuplexCall": handler(grpc.stream_stream_rpc_method_handler, full_duplex_call, pb.StreamingOutputCallRequest),
    }),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print("PORT", port, flush=True)
    sys.stdin.read()
    server.stop(None)


main()
