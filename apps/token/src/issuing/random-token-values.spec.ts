import { RandomTokenValues } from './random-token-values.js';

describe('GEN-3 values nobody can guess', () => {
  it('have 128 bits for a jti and 256 for a handle', () => {
    const values = new RandomTokenValues();
    expect(Buffer.from(values.jti(), 'base64url')).toHaveLength(16);
    expect(Buffer.from(values.handle(), 'base64url')).toHaveLength(32);
    expect(values.handle()).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('are never given out twice, over many draws of the generator and in two instances', () => {
    const made = [new RandomTokenValues(), new RandomTokenValues()].flatMap((values) =>
      Array.from({ length: 2000 }, (_, i) => (i % 3 === 0 ? values.handle().slice(0, 22) : values.jti())),
    );
    expect(new Set(made).size).toBe(made.length);
  });

  it('are never what a wiped byte looks like', () => {
    const values = new RandomTokenValues();
    const zeros = Array.from({ length: 2000 }, () => values.jti()).filter((value) => /^A+$/.test(value));
    expect(zeros).toEqual([]);
  });
});
