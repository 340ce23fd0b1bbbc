'use strict';
// The server of the interoperability cases. Prints "PORT n" when it listens; ends when its standard input ends.
const { grpc, TestService, INITIAL_KEY, TRAILING_KEY, payload } = require('./stubs');

function echoInitial(call) {
  const initial = call.metadata.get(INITIAL_KEY);
  if (initial.length > 0) {
    const headers = new grpc.Metadata();
    headers.set(INITIAL_KEY, initial[0]);
    call.sendMetadata(headers);
  }
}

function trailers(call) {
  const metadata = new grpc.Metadata();
  for (const value of call.metadata.get(TRAILING_KEY)) metadata.add(TRAILING_KEY, value);
  return metadata;
}

function errorOf(status, metadata) {
  return { code: status.code, details: status.message, metadata };
}

const pause = (us) => new Promise((resolve) => setTimeout(resolve, us / 1000));

async function stream(call, request) {
  if (request.response_status && request.response_status.code !== 0) {
    call.emit('error', errorOf(request.response_status, trailers(call)));
    return false;
  }
  for (const parameters of request.response_parameters) {
    if (parameters.interval_us > 0) await pause(parameters.interval_us);
    call.write({ payload: payload(parameters.size) });
  }
  return true;
}

const handlers = {
  EmptyCall(call, callback) {
    echoInitial(call);
    callback(null, {}, trailers(call));
  },
  UnaryCall(call, callback) {
    echoInitial(call);
    const { response_status: status, response_size: size } = call.request;
    if (status && status.code !== 0) callback(errorOf(status, trailers(call)));
    else callback(null, { payload: payload(size) }, trailers(call));
  },
  async StreamingOutputCall(call) {
    echoInitial(call);
    if (await stream(call, call.request)) call.end(trailers(call));
  },
  StreamingInputCall(call, callback) {
    echoInitial(call);
    let sum = 0;
    call.on('data', (request) => { sum += request.payload.body.length; });
    call.on('end', () => callback(null, { aggregated_payload_size: sum }, trailers(call)));
  },
  FullDuplexCall(call) {
    echoInitial(call);
    let last = Promise.resolve(true);
    call.on('data', (request) => { last = last.then((open) => open && stream(call, request)); });
    call.on('end', () => last.then((open) => open && call.end(trailers(call))));
  },
};

const server = new grpc.Server();
server.addService(TestService.service, handlers);
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log('PORT ' + port);
});
process.stdin.resume();
process.stdin.on('end', () => { server.forceShutdown(); process.exit(0); });
