import { readConfiguration } from '@tessera/configuration';
import { PLAYGROUND_SETTINGS } from './settings.js';

const GIVEN = { TESSERA_ISSUER: 'http://localhost:3000', DEMO_FILE: '/data/demo.json' };

describe('Ours: what the playground is told', () => {
  it('lives on another site than the issuer unless told otherwise', () => {
    expect(readConfiguration(PLAYGROUND_SETTINGS, GIVEN)).toMatchObject({ PLAYGROUND_ORIGIN: 'http://127.0.0.1:3001', PLAYGROUND_HOST: '127.0.0.1', PLAYGROUND_PORT: 3001 });
  });

  it.each([
    ['PLAYGROUND_ORIGIN', 'http://127.0.0.1:3001/'],
    ['PLAYGROUND_ORIGIN', '127.0.0.1:3001'],
    ['PLAYGROUND_HOST', 'localhost'],
    ['PLAYGROUND_PORT', 'many'],
    ['TESSERA_ISSUER', 'http://login.example.com'],
  ])('%s=%s is refused by name', (name, value) => {
    expect(() => readConfiguration(PLAYGROUND_SETTINGS, { ...GIVEN, [name]: value })).toThrow(new RegExp(`^${name} is wrong`));
  });
});
