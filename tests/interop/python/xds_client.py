"""Calls a service found by xDS without pause: xds_client.py xds:///SERVICE [--secure] [HEADER=VALUE]. With --secure it takes its
security from xDS. Prints "sees A,B" whenever the set of backends that gave the last answers changes and "error CODE: why" for each failed call. A line on standard input ends it with "total ANSWERS ERRORS"."""

import collections
import sys
import threading
import time

import grpc
import grpc.experimental

credentials = grpc.experimental.insecure_channel_credentials()
if "--secure" in sys.argv:
    credentials = grpc.xds_channel_credentials(credentials)
channel = grpc.secure_channel(sys.argv[1], credentials, options=[("grpc.enable_http_proxy", 0)])
who = channel.unary_unary("/test.Backend/Who", request_serializer=lambda b: b, response_deserializer=lambda b: b)
metadata = [tuple(pair.split("=")) for pair in sys.argv[2:] if pair != "--secure"]
recent = collections.deque(maxlen=30)
ending = threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), ending.set()), daemon=True).start()
seen, answers, errors = "", 0, 0
while not ending.is_set():
    try:
        recent.append(who(b"", metadata=metadata, timeout=10, wait_for_ready=True).decode())
        answers += 1
        now = ",".join(sorted(set(recent)))
        if now != seen:
            seen = now
            print("sees " + seen, flush=True)
    except grpc.RpcError as error:
        errors += 1
        print(f"error {error.code()}: {error.details()}", flush=True)
    time.sleep(0.002)
print(f"total {answers} {errors}", flush=True)
