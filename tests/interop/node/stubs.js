'use strict';
// Loads the test services from our .proto files, and the values that all cases share.
const path = require('path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const root = path.join(__dirname, '..', 'protos');
const definition = loader.loadSync('grpc/testing/test.proto', { includeDirs: [root], keepCase: true, defaults: true });
const { TestService, UnimplementedService } = grpc.loadPackageDefinition(definition).grpc.testing;

module.exports = {
  grpc,
  TestService,
  UnimplementedService,
  INITIAL_KEY: 'x-grpc-test-echo-initial',
  TRAILING_KEY: 'x-grpc-test-echo-trailing-bin',
  payload: (size) => ({ body: Buffer.alloc(size) }),
};
