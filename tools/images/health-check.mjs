// The health check of a container that has no shell: exit 0 while the operations port says ready. Compose runs it; Kubernetes
// asks the port itself.
import http from 'node:http';

const MS_MAX = 2_000;
const address = { host: '127.0.0.1', port: process.env.OPS_PORT, path: process.argv[2] ?? '/readyz', timeout: MS_MAX, agent: false };

http
  .get(address, (response) => {
    response.resume();
    process.exitCode = response.statusCode === 200 ? 0 : 1;
  })
  .once('timeout', () => process.exit(1))
  .once('error', () => process.exit(1));
