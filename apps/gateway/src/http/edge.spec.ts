import { RunningEdge } from '../testing.js';

let edge: RunningEdge;
beforeAll(async () => {
  edge = await RunningEdge.start();
});
afterAll(() => edge.close());

it('smoke', async () => {
  const a = await edge.form('/token', 'grant_type=client_credentials');
  console.log(a.wire);
  for (const w of [await edge.send('GET','/jwks'), await edge.send('GET','/.well-known/openid-configuration'), await edge.send('HEAD','/jwks'), await edge.send('GET','/token'), await edge.send('GET','/x'), await edge.send('OPTIONS','/token'), await edge.form('/token', 'a'.repeat(70000)), await edge.send('POST','/token',['Content-Type: text/plain'],'x')]) console.log(w.wire);
  console.log(edge.log.join(''));
});
