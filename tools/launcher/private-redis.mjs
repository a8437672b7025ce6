import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { privateDirectory } from './private-files.mjs';
import { PrivateServer } from './private-server.mjs';

/** A private Redis on loopback. BullMQ needs `noeviction`, and an append-only file when its jobs are to outlive a restart. */
export function privateRedis({ program, data, children, port, password, durable }) {
  const directory = privateDirectory(data.path('redis'));
  const configuration = path.join(directory, 'redis.conf');
  const server = new PrivateServer({
    name: 'redis',
    port,
    spawn: (at) => {
      // In a file, not in arguments: those are visible to every user of the machine.
      const lines = [
        `port ${at}`,
        'bind 127.0.0.1',
        `dir "${directory}"`,
        `requirepass ${password}`,
        'maxmemory-policy noeviction',
        'save ""',
        `appendonly ${durable ? 'yes' : 'no'}`,
      ];
      fs.writeFileSync(configuration, `${lines.join('\n')}\n`, { mode: 0o600 });
      return children.start('redis', program, [configuration], { cwd: directory, env: { PATH: process.env.PATH } });
    },
    isReady: (_child, at) => answersPing(at, password),
  });
  return Object.assign(server, { url: () => `redis://:${encodeURIComponent(password)}@127.0.0.1:${server.port}` });
}

/** Ready means that it has read its append-only file and answers PONG, not only that it listens. */
function answersPing(port, password) {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port });
    let answer = '';
    const end = (result) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(1000, () => end(false));
    socket.once('error', () => end(false));
    socket.once('connect', () => socket.write(`AUTH ${password}\r\nPING\r\n`));
    socket.on('data', (bytes) => {
      answer += bytes;
      if (answer.includes('PONG')) end(true);
      else if (answer.includes('-')) end(false);
    });
  });
}
