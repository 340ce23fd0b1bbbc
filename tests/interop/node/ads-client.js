'use strict';
// A plain ADS client: ads-client.js HOST:PORT delta|sotw NODE_ID. Subscribes as a proxy does (all clusters and listeners, then the endpoints that
// the clusters name), accepts everything, and prints "TYPE NAME..." for each response, "endpoints NAME ADDRESS..." for each assignment in it.
const path = require('path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [, , target, variant, nodeId] = process.argv;
const protos = path.join(__dirname, '..', '..', '..', 'protos');
const definition = loader.loadSync(
  ['envoy/service/discovery/v3/ads.proto', 'envoy/config/cluster/v3/cluster.proto', 'envoy/config/endpoint/v3/endpoint.proto', 'envoy/config/listener/v3/listener.proto'],
  { includeDirs: [protos], keepCase: true, longs: Number, enums: String, defaults: true });
const types = {
  clusters: 'envoy.config.cluster.v3.Cluster',
  endpoints: 'envoy.config.endpoint.v3.ClusterLoadAssignment',
  listeners: 'envoy.config.listener.v3.Listener',
};
const urlOf = (kind) => `type.googleapis.com/${types[kind]}`;
const kindOf = (url) => Object.keys(types).find((kind) => urlOf(kind) === url);
const decode = (kind, any) => definition[types[kind]].deserialize(any.value);

const service = grpc.loadPackageDefinition(definition).envoy.service.discovery.v3.AggregatedDiscoveryService;
const client = new service(target, grpc.credentials.createInsecure());
const delta = variant === 'delta';
const stream = delta ? client.DeltaAggregatedResources() : client.StreamAggregatedResources();
const node = { id: nodeId, cluster: 'ads-client' };
const wanted = new Set();
const last = {};

function subscribe(kind, names) {
  stream.write(delta
    ? { node, type_url: urlOf(kind), resource_names_subscribe: names }
    : { node, type_url: urlOf(kind), resource_names: names, version_info: last[kind]?.version_info ?? '', response_nonce: last[kind]?.nonce ?? '' });
}

function accept(kind, response) {
  last[kind] = response;
  stream.write(delta
    ? { type_url: response.type_url, response_nonce: response.nonce }
    : { type_url: response.type_url, response_nonce: response.nonce, version_info: response.version_info, resource_names: kind === 'endpoints' ? [...wanted] : [] });
}

stream.on('data', (response) => {
  const kind = kindOf(response.type_url);
  const resources = response.resources.map((resource) => decode(kind, delta ? resource.resource : resource));
  console.log(`${kind} ${resources.map((resource) => resource.name || resource.cluster_name).sort().join(' ')}`);
  accept(kind, response);
  if (kind === 'clusters') {
    const names = resources.filter((cluster) => cluster.type === 'EDS').map((cluster) => cluster.eds_cluster_config.service_name || cluster.name);
    const fresh = names.filter((name) => !wanted.has(name));
    fresh.forEach((name) => wanted.add(name));
    if (fresh.length > 0) subscribe('endpoints', delta ? fresh : [...wanted]);
  }
  if (kind === 'endpoints') {
    for (const assignment of resources) {
      const addresses = assignment.endpoints.flatMap((locality) => locality.lb_endpoints.map((endpoint) => endpoint.endpoint.address.socket_address));
      console.log(`assignment ${assignment.cluster_name} ${addresses.map((a) => `${a.address}:${a.port_value}`).sort().join(' ')}`);
    }
  }
});
stream.on('error', (error) => {
  console.log(`error ${error.code}: ${error.details}`);
  process.exit(1);
});
subscribe('clusters', []);
subscribe('listeners', []);
process.stdin.once('data', () => process.exit(0));
