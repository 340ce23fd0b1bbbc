'use strict';
// Calls a service found by xDS without pause: xds-client.js xds:///SERVICE [HEADER=VALUE]. Prints "sees A,B" whenever the set of backends that gave the last
// answers changes and "error CODE: why" for each failed call. A line on standard input ends it with "total ANSWERS ERRORS".
const grpc = require('@grpc/grpc-js');
require('@grpc/grpc-js-xds').register();

const WINDOW = 30;
const client = new grpc.Client(process.argv[2], grpc.credentials.createInsecure());
const asIs = (bytes) => bytes;
const recent = [];
const metadata = new grpc.Metadata();
if (process.argv[3]) metadata.set(...process.argv[3].split('='));
let seen = '';
let answers = 0;
let errors = 0;
let ending = false;

function call() {
  const deadline = new Date(Date.now() + 10000);
  client.makeUnaryRequest('/test.Backend/Who', asIs, asIs, Buffer.alloc(0), metadata, { deadline, waitForReady: true }, (error, answer) => {
    if (error) {
      errors++;
      console.log(`error ${error.code}: ${error.details}`);
    } else {
      answers++;
      recent.push(answer.toString());
      if (recent.length > WINDOW) recent.shift();
      const now = [...new Set(recent)].sort().join(',');
      if (now !== seen) {
        seen = now;
        console.log(`sees ${seen}`);
      }
    }
    if (!ending) {
      setTimeout(call, 2);
      return;
    }
    console.log(`total ${answers} ${errors}`);
    client.close();
    process.exit(0);
  });
}

process.stdin.once('data', () => { ending = true; });
call();
