// The least an HTTP answer costs on this machine: Fastify with one route and nothing else.
import fastify from 'fastify';

const app = fastify();
app.get('/', () => ({ hello: 'world' }));
await app.listen({ port: 0, host: '127.0.0.1' });
process.send({ port: app.server.address().port });
process.once('disconnect', () => process.exit(0));
