import { type AddressLookup } from './index.js';
import { ExampleHosts, get, json } from './testing.js';

const hosts = new ExampleHosts();

afterEach(() => hosts.close());

describe('Ours (OUT-2): the connection is made to the checked address, TLS proves the name', () => {
  it('fetches from a host that no resolver knows, at the pinned address, with its Host header', async () => {
    const seen: unknown[] = [];
    const { port } = await hosts.serve((request, response) => {
      seen.push(request.url, request.headers.host, request.headers['accept-encoding'], request.headers.accept);
      response.setHeader('cache-control', 'max-age=600');
      json(response);
    });
    const outcome = await hosts.client(port).send(get(port));
    expect(outcome).toEqual({
      outcome: 'answered',
      status: 200,
      body: Buffer.from('{"keys":[]}'),
      headers: expect.objectContaining({ 'cache-control': 'max-age=600' }),
    });
    expect(seen).toEqual(['/jwks?v=1', `client.example:${port}`, 'identity', 'application/json']);
  });

  it('MUST refuse a certificate for another name', async () => {
    const { port } = await hosts.serve((_request, response) => json(response));
    const http = hosts.client(port, { allowedHosts: [`other.example:${port}`] });
    expect(await http.send({ ...get(port), url: `https://other.example:${port}/` })).toEqual({
      outcome: 'failed',
      fault: 'connection',
    });
  });

  it('MUST refuse a certificate of an authority it does not know', async () => {
    const { port } = await hosts.serve((_request, response) => json(response));
    expect(await hosts.client(port, { extraCa: null }).send(get(port))).toEqual({ outcome: 'failed', fault: 'connection' });
  });

  it('asks the resolver once for each exchange and connects to what it checked, though the answers change (DNS rebinding)', async () => {
    const { port } = await hosts.serve((_request, response) => json(response));
    const answers = [['127.0.0.1'], ['127.0.0.255']];
    let asked = 0;
    const lookUpAllowedHost: AddressLookup = async () => answers[Math.min(asked++, 1)] ?? [];
    expect(await hosts.client(port, { lookUpAllowedHost }).send(get(port))).toMatchObject({ outcome: 'answered', status: 200 });
    expect(asked).toBe(1);
  });

  it('checks each exchange anew: a name that was public and turns private is refused', async () => {
    let reached = 0;
    const { port } = await hosts.serve((_request, response) => {
      reached += 1;
      json(response);
    });
    const gone = ['unresolved', '127.0.0.1'];
    const lookUpPublicHost: AddressLookup = async () => gone.splice(0, 1).filter((one) => one !== 'unresolved');
    const http = hosts.client(port, { allowedHosts: [], lookUpPublicHost });
    expect(await http.send(get(port))).toEqual({ outcome: 'failed', fault: 'unresolved' });
    expect(await http.send(get(port))).toEqual({ outcome: 'failed', fault: 'address' });
    expect(reached).toBe(0);
  });

  it.each([
    ['loopback', ['127.0.0.1']],
    ['a private address', ['10.1.2.3']],
    ['a metadata service', ['169.254.169.254']],
    ['shared address space', ['100.64.0.1']],
    ['IPv6 loopback', ['::1']],
    ['an IPv4-mapped address', ['::ffff:127.0.0.1']],
    ['NAT64', ['64:ff9b::7f00:1']],
    ['6to4', ['2002:7f00:1::1']],
    ['Teredo', ['2001:0:4136:e378:8000:63bf:3fff:fdd2']],
    ['unique local', ['fd00::1']],
    ['one private address among public ones', ['93.184.215.14', '2606:4700::6810:84e5', '192.168.0.1']],
    ['something that is no address', ['127.1']],
  ])('MUST refuse a name that resolves to %s, and never connects', async (_case, addresses) => {
    let reached = 0;
    const { port } = await hosts.serve((_request, response) => {
      reached += 1;
      json(response);
    });
    const http = hosts.client(port, { allowedHosts: [], lookUpPublicHost: async () => addresses });
    expect(await http.send(get(port))).toEqual({ outcome: 'failed', fault: 'address' });
    expect(reached).toBe(0);
  });

  it.each(['127.0.0.1', '[::1]', '0x7f.1', '2130706433', '[::ffff:7f00:1]', '169.254.169.254', '0'])(
    'MUST refuse the address %s written into the URL, without asking a resolver',
    async (host) => {
      let asked = 0;
      const lookUpPublicHost: AddressLookup = async () => [String((asked += 1))];
      const http = hosts.client(443, { allowedHosts: [], lookUpPublicHost });
      expect(await http.send({ url: `https://${host}/`, method: 'GET', accept: [] })).toEqual({
        outcome: 'failed',
        fault: 'address',
      });
      expect(asked).toBe(0);
    },
  );

  it('tells at the start which hosts are not checked, and says nothing without any', () => {
    const told: unknown[] = [];
    const logger = { warn: (_message: string, fields: unknown) => void told.push(fields) };
    hosts.client(443, { allowedHosts: [], logger });
    hosts.client(443, { allowedHosts: ['keys.intra.example:443'], logger });
    expect(told).toEqual([{ hosts: ['keys.intra.example:443'] }]);
  });

  it('an allowed host is allowed on its own port only', async () => {
    const http = hosts.client(8443, { allowedHosts: ['client.example:9443'], lookUpPublicHost: async () => ['127.0.0.1'] });
    expect(await http.send(get(8443))).toEqual({ outcome: 'failed', fault: 'address' });
  });
});

describe('Ours (OUT-1): what is called at all', () => {
  it.each([
    ['http://client.example/jwks', 'url'],
    ['https://user:secret@client.example/jwks', 'url'],
    ['https://client.example/jwks#fragment', 'url'],
    ['https://client.example:22/jwks', 'port'],
    ['https://client.example:6379/jwks', 'port'],
  ])('MUST refuse %s', async (url, fault) => {
    const http = hosts.client(443, { allowedHosts: [], lookUpPublicHost: async () => ['127.0.0.1'] });
    expect(await http.send({ url, method: 'GET', accept: [] })).toEqual({ outcome: 'failed', fault });
  });

  it('a name without an address is an outcome, not an exception', async () => {
    const lookUpPublicHost: AddressLookup = () => Promise.reject(new Error('NXDOMAIN'));
    expect(
      await hosts.client(443, { allowedHosts: [], lookUpPublicHost }).send({
        url: 'https://client.example/',
        method: 'GET',
        accept: [],
      }),
    ).toEqual({
      outcome: 'failed',
      fault: 'unresolved',
    });
  });
});

describe('Ours (OUT-3): redirects are never followed', () => {
  it.each([301, 302, 303, 307, 308])('a %d answer is a failure and its target is not called', async (status) => {
    const paths: (string | undefined)[] = [];
    const { port } = await hosts.serve((request, response) => {
      paths.push(request.url);
      response.writeHead(status, { location: '/elsewhere', 'content-type': 'application/json' }).end('{"keys":[]}');
    });
    expect(await hosts.client(port).send(get(port))).toEqual({ outcome: 'failed', fault: 'redirected' });
    expect(paths).toEqual(['/jwks?v=1']);
  });
});
