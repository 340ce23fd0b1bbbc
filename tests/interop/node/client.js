'use strict';
// Runs the cases against a server: node client.js HOST:PORT [case...]. Prints "PASS case" or "FAIL case: why" for each.
const assert = require('assert');
const { grpc, TestService, UnimplementedService, INITIAL_KEY, TRAILING_KEY, payload } = require('./stubs');

const target = process.argv[2];
const credentials = grpc.credentials.createInsecure();
const options = { 'grpc.max_send_message_length': -1, 'grpc.max_receive_message_length': -1 };
const client = new TestService(target, credentials, options);
const status = grpc.status;

function unary(method, request, { on = client, metadata = new grpc.Metadata(), callOptions = {} } = {}) {
  return new Promise((resolve) => {
    const result = { headers: null, status: null };
    const call = on[method](request, metadata, callOptions, (error, response) => { result.error = error; result.response = response; });
    call.on('metadata', (headers) => { result.headers = headers; });
    call.on('status', (end) => { result.status = end; resolve(result); });
  });
}

async function ok(promise) {
  const result = await promise;
  assert.strictEqual(result.status.code, status.OK, result.status.details);
  return result;
}

// Collects what a call brings; "next" waits for one message, "end" for the status.
function follow(call) {
  const messages = [];
  const waiting = [];
  const state = { headers: null };
  call.on('metadata', (headers) => { state.headers = headers; });
  call.on('data', (message) => { if (waiting.length > 0) waiting.shift()(message); else messages.push(message); });
  call.on('error', () => {});
  state.end = new Promise((resolve) => call.on('status', resolve));
  state.next = () => (messages.length > 0
    ? Promise.resolve(messages.shift())
    : Promise.race([new Promise((resolve) => waiting.push(resolve)), state.end.then((end) => { throw new Error('ended: ' + end.details); })]));
  state.rest = messages;
  return state;
}

const special = '\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \u{1f608}\t\n';

const cases = {
  async empty_unary() {
    await ok(unary('EmptyCall', {}));
  },
  async large_unary() {
    const { response } = await ok(unary('UnaryCall', { response_size: 314159, payload: payload(271828) }));
    assert.strictEqual(response.payload.body.length, 314159);
  },
  async client_streaming() {
    const result = new Promise((resolve, reject) => {
      const call = client.StreamingInputCall((error, response) => (error ? reject(error) : resolve(response)));
      for (const size of [27182, 8, 1828, 45904]) call.write({ payload: payload(size) });
      call.end();
    });
    assert.strictEqual((await result).aggregated_payload_size, 74922);
  },
  async server_streaming() {
    const sizes = [31415, 9, 2653, 58979];
    const call = follow(client.StreamingOutputCall({ response_parameters: sizes.map((size) => ({ size })) }));
    for (const size of sizes) assert.strictEqual((await call.next()).payload.body.length, size);
    assert.strictEqual((await call.end).code, status.OK);
  },
  async ping_pong() {
    const stream = client.FullDuplexCall();
    const call = follow(stream);
    for (const [size, sent] of [[31415, 27182], [9, 8], [2653, 1828], [58979, 45904]]) {
      stream.write({ response_parameters: [{ size }], payload: payload(sent) });
      assert.strictEqual((await call.next()).payload.body.length, size);
    }
    stream.end();
    assert.strictEqual((await call.end).code, status.OK);
  },
  async empty_stream() {
    const stream = client.FullDuplexCall();
    const call = follow(stream);
    stream.end();
    assert.strictEqual((await call.end).code, status.OK);
    assert.strictEqual(call.rest.length, 0);
  },
  async cancel_after_begin() {
    const code = await new Promise((resolve) => {
      const call = client.StreamingInputCall((error) => resolve(error && error.code));
      call.cancel();
    });
    assert.strictEqual(code, status.CANCELLED);
  },
  async cancel_after_first_response() {
    const stream = client.FullDuplexCall();
    const call = follow(stream);
    stream.write({ response_parameters: [{ size: 31415 }], payload: payload(27182) });
    await call.next();
    stream.cancel();
    assert.strictEqual((await call.end).code, status.CANCELLED);
  },
  async timeout_on_sleeping_server() {
    const stream = client.FullDuplexCall({ deadline: Date.now() + 1 });
    const call = follow(stream);
    stream.on('error', () => {});
    stream.write({ payload: payload(27182) });
    assert.strictEqual((await call.end).code, status.DEADLINE_EXCEEDED);
  },
  async deadline() {
    // Long enough to reach the server, which waits for ten seconds before it answers.
    const call = follow(client.StreamingOutputCall(
      { response_parameters: [{ size: 1, interval_us: 10_000_000 }] }, { deadline: Date.now() + 300 }));
    assert.strictEqual((await call.end).code, status.DEADLINE_EXCEEDED);
  },
  async status_code_and_message() {
    const response_status = { code: 2, message: 'test status message' };
    const { status: end } = await unary('UnaryCall', { response_status });
    assert.strictEqual(end.code, 2);
    assert.strictEqual(end.details, response_status.message);
    const stream = client.FullDuplexCall();
    const call = follow(stream);
    stream.write({ response_status });
    stream.end();
    assert.strictEqual((await call.end).code, 2);
    assert.strictEqual((await call.end).details, response_status.message);
  },
  async special_status_message() {
    const { status: end } = await unary('UnaryCall', { response_status: { code: 2, message: special } });
    assert.strictEqual(end.code, 2);
    assert.strictEqual(end.details, special);
  },
  async custom_metadata() {
    const metadata = new grpc.Metadata();
    metadata.set(INITIAL_KEY, 'test_initial_metadata_value');
    metadata.set(TRAILING_KEY, Buffer.from('ababab', 'hex'));
    const check = (headers, end) => {
      assert.deepStrictEqual(headers.get(INITIAL_KEY), ['test_initial_metadata_value']);
      assert.deepStrictEqual(end.metadata.get(TRAILING_KEY), [Buffer.from('ababab', 'hex')]);
    };
    const result = await ok(unary('UnaryCall', { response_size: 314159, payload: payload(271828) }, { metadata }));
    check(result.headers, result.status);
    const stream = client.FullDuplexCall(metadata);
    const call = follow(stream);
    stream.write({ response_parameters: [{ size: 314159 }], payload: payload(271828) });
    await call.next();
    stream.end();
    check(call.headers, await call.end);
  },
  async unimplemented_method() {
    assert.strictEqual((await unary('UnimplementedCall', {})).status.code, status.UNIMPLEMENTED);
  },
  async unimplemented_service() {
    const on = new UnimplementedService(target, credentials);
    assert.strictEqual((await unary('UnimplementedCall', {}, { on })).status.code, status.UNIMPLEMENTED);
    on.close();
  },
  async oversize_message() {
    // The server's limit is 4 MiB; the connection must stay usable.
    const { status: end } = await unary('UnaryCall', { payload: payload(5 * 1024 * 1024) });
    assert.strictEqual(end.code, status.RESOURCE_EXHAUSTED, end.details);
    await ok(unary('EmptyCall', {}));
  },
  async compressed_request() {
    const on = new TestService(target, credentials, { ...options, 'grpc.default_compression_algorithm': 2 });
    const { response } = await ok(unary('UnaryCall', { response_size: 1000, payload: payload(271828) }, { on }));
    assert.strictEqual(response.payload.body.length, 1000);
    on.close();
  },
  async unknown_compression() {
    const on = new TestService(target, credentials, { ...options, 'grpc.default_compression_algorithm': 1 });
    const { status: end } = await unary('UnaryCall', { payload: payload(271828) }, { on });
    assert.strictEqual(end.code, status.UNIMPLEMENTED, end.details);
    on.close();
  },
  async concurrent_streams() {
    const calls = Array.from({ length: 1000 }, () => {
      const stream = client.FullDuplexCall();
      return { stream, call: follow(stream) };
    });
    await Promise.all(calls.map(({ stream, call }, i) => {
      stream.write({ response_parameters: [{ size: i }] });
      return call.next().then((message) => assert.strictEqual(message.payload.body.length, i));
    }));
    await Promise.all(calls.map(({ stream, call }) => {
      stream.end();
      return call.end.then((end) => assert.strictEqual(end.code, status.OK));
    }));
  },
};

async function main() {
  const names = process.argv.slice(3);
  for (const name of names.length > 0 ? names : Object.keys(cases)) {
    try {
      await cases[name]();
      console.log('PASS ' + name);
    } catch (error) {
      console.log(`FAIL ${name}: ${String(error.stack || error).replace(/\s+/g, ' ')}`);
    }
  }
  client.close();
}

main();
