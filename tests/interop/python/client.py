"""Runs the cases against a server: client.py DESCRIPTOR_SET HOST:PORT [case...]. Prints "PASS case" or "FAIL case: why" for each."""

import queue
import sys
import traceback

import grpc

from stubs import INITIAL_KEY, TEST_SERVICE, TRAILING_KEY, UNIMPLEMENTED_SERVICE, Messages

pb = Messages(sys.argv[1])
TARGET = sys.argv[2]
OPTIONS = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1), ("grpc.enable_http_proxy", 0)]
SPECIAL = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n"
channel = grpc.insecure_channel(TARGET, options=OPTIONS)


def stub(kind, name, response, on=None, service=TEST_SERVICE):
    return getattr(on or channel, kind)(
        service + name, request_serializer=lambda m: m.SerializeToString(), response_deserializer=response.FromString)


empty_call = stub("unary_unary", "EmptyCall", pb.Empty)
unary_call = stub("unary_unary", "UnaryCall", pb.SimpleResponse)
streaming_output_call = stub("unary_stream", "StreamingOutputCall", pb.StreamingOutputCallResponse)
streaming_input_call = stub("stream_unary", "StreamingInputCall", pb.StreamingInputCallResponse)
full_duplex_call = stub("stream_stream", "FullDuplexCall", pb.StreamingOutputCallResponse)


def payload(size):
    return pb.Payload(body=bytes(size))


def output_request(*sizes, sent=0):
    return pb.StreamingOutputCallRequest(
        response_parameters=[pb.ResponseParameters(size=s) for s in sizes], payload=payload(sent))


class Requests:
    """Requests that are put in one by one; None ends them."""

    def __init__(self):
        self._queue = queue.Queue()

    def send(self, request):
        self._queue.put(request)

    def __iter__(self):
        return self

    def __next__(self):
        request = self._queue.get()
        if request is None:
            raise StopIteration
        return request


def expect(code, function):
    try:
        function()
    except grpc.RpcError as error:
        assert error.code() == code, f"{error.code()} {error.details()}"
        return error
    raise AssertionError(f"no error, expected {code}")


def empty_unary():
    empty_call(pb.Empty())


def large_unary():
    answer = unary_call(pb.SimpleRequest(response_size=314159, payload=payload(271828)))
    assert len(answer.payload.body) == 314159


def client_streaming():
    sizes = (27182, 8, 1828, 45904)
    answer = streaming_input_call(pb.StreamingInputCallRequest(payload=payload(s)) for s in sizes)
    assert answer.aggregated_payload_size == 74922


def server_streaming():
    sizes = [31415, 9, 2653, 58979]
    assert [len(r.payload.body) for r in streaming_output_call(output_request(*sizes))] == sizes


def ping_pong():
    requests = Requests()
    call = full_duplex_call(requests)
    for size, sent in ((31415, 27182), (9, 8), (2653, 1828), (58979, 45904)):
        requests.send(output_request(size, sent=sent))
        assert len(next(call).payload.body) == size
    requests.send(None)
    assert list(call) == []


def empty_stream():
    assert list(full_duplex_call(iter(()))) == []


def cancel_after_begin():
    requests = Requests()
    call = streaming_input_call.future(requests)
    call.cancel()
    requests.send(None)
    assert call.cancelled() and call.code() == grpc.StatusCode.CANCELLED


def cancel_after_first_response():
    requests = Requests()
    call = full_duplex_call(requests)
    requests.send(output_request(31415, sent=27182))
    next(call)
    call.cancel()
    requests.send(None)
    expect(grpc.StatusCode.CANCELLED, lambda: next(call))


def timeout_on_sleeping_server():
    requests = Requests()
    call = full_duplex_call(requests, timeout=0.001)
    requests.send(output_request(sent=27182))
    expect(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: next(call))
    requests.send(None)


def deadline():
    request = output_request(1)
    request.response_parameters[0].interval_us = 10_000_000
    expect(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: list(streaming_output_call(request, timeout=0.3)))


def status_code_and_message():
    status = pb.EchoStatus(code=2, message="test status message")
    error = expect(grpc.StatusCode.UNKNOWN, lambda: unary_call(pb.SimpleRequest(response_status=status)))
    assert error.details() == status.message
    request = pb.StreamingOutputCallRequest(response_status=status)
    error = expect(grpc.StatusCode.UNKNOWN, lambda: list(full_duplex_call(iter((request,)))))
    assert error.details() == status.message


def special_status_message():
    request = pb.SimpleRequest(response_status=pb.EchoStatus(code=2, message=SPECIAL))
    error = expect(grpc.StatusCode.UNKNOWN, lambda: unary_call(request))
    assert error.details() == SPECIAL, repr(error.details())


def custom_metadata():
    metadata = ((INITIAL_KEY, "test_initial_metadata_value"), (TRAILING_KEY, b"\xab\xab\xab"))

    def check(call):
        assert dict(call.initial_metadata())[INITIAL_KEY] == "test_initial_metadata_value"
        assert dict(call.trailing_metadata())[TRAILING_KEY] == b"\xab\xab\xab"

    _, call = unary_call.with_call(pb.SimpleRequest(response_size=314159, payload=payload(271828)), metadata=metadata)
    check(call)
    call = full_duplex_call(iter((output_request(314159, sent=271828),)), metadata=metadata)
    assert len(list(call)) == 1
    check(call)


def unimplemented_method():
    expect(grpc.StatusCode.UNIMPLEMENTED, lambda: stub("unary_unary", "UnimplementedCall", pb.Empty)(pb.Empty()))


def unimplemented_service():
    call = stub("unary_unary", "UnimplementedCall", pb.Empty, service=UNIMPLEMENTED_SERVICE)
    expect(grpc.StatusCode.UNIMPLEMENTED, lambda: call(pb.Empty()))


def oversize_message():
    request = pb.SimpleRequest(payload=payload(5 << 20))
    expect(grpc.StatusCode.RESOURCE_EXHAUSTED, lambda: unary_call(request))
    empty_call(pb.Empty())


def compressed(algorithm, size):
    with grpc.insecure_channel(TARGET, options=OPTIONS) as other:
        call = stub("unary_unary", "UnaryCall", pb.SimpleResponse, on=other)
        return call(pb.SimpleRequest(response_size=size, payload=payload(271828)), compression=algorithm)


def compressed_request():
    assert len(compressed(grpc.Compression.Gzip, 1000).payload.body) == 1000


def unknown_compression():
    expect(grpc.StatusCode.UNIMPLEMENTED, lambda: compressed(grpc.Compression.Deflate, 1000))


def concurrent_streams():
    # Server streams, since a request iterator costs a thread here.
    sizes = [i for i in range(1000)]
    calls = [streaming_output_call(output_request(size)) for size in sizes]
    assert [len(next(call).payload.body) for call in calls] == sizes
    assert all(list(call) == [] for call in calls)


CASES = [
    empty_unary, large_unary, client_streaming, server_streaming, ping_pong, empty_stream, cancel_after_begin,
    cancel_after_first_response, timeout_on_sleeping_server, deadline, status_code_and_message, special_status_message,
    custom_metadata, unimplemented_method, unimplemented_service, oversize_message, compressed_request, unknown_compression,
    concurrent_streams,
]


def main():
    names = sys.argv[3:]
    for case in CASES:
        if names and case.__name__ not in names:
            continue
        try:
            case()
            print("PASS", case.__name__, flush=True)
        except Exception:  # pylint: disable=broad-except
            print(f"FAIL {case.__name__}: {' '.join(traceback.format_exc().split())}", flush=True)
    channel.close()


main()
