import { formTargetsOf } from './step-pages.js';

describe('UIX-5 where the forms of a page may lead', () => {
  const proven = { clientUri: 'https://www.example.com/about', redirectUris: ['https://api.example.com/cb', 'https://app.example.com/cb', 'com.example.app:/cb'] };

  it('first to the address of the answer, then to the other addresses of the client, each once', () => {
    expect(formTargetsOf('https://api.example.com/cb', proven)).toEqual([
      'https://api.example.com',
      'https://www.example.com',
      'https://app.example.com',
      'com.example.app:',
    ]);
  });

  it('a client of many addresses cannot make the header long', () => {
    const redirectUris = Array.from({ length: 40 }, (_, number) => `https://n${number}.example.com/cb`);
    const targets = formTargetsOf('https://last.example.com/cb', { clientUri: null, redirectUris });
    expect([targets[0], targets.length]).toEqual(['https://last.example.com', 9]);
  });
});
