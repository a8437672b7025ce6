import { readFileSync } from 'node:fs';
import path from 'node:path';
import { REASONS, specificationOf, statusOf } from '@tessera/vocabulary';
import { errorsPage } from '../../tools/docs/errors-page.mjs';

const PAGE = path.resolve(import.meta.dirname, '../../docs/errors.md');

const PLANTED = {
  'tea.cold': { code: 'invalid_request', description: 'the tea is cold', spec: 'Ours: TEA_DEGREES_MIN', expected: 'a | b\nand *c*' },
  'pot.lost': { code: 'invalid_client', description: 'no pot', spec: 'RFC 2324 §2.3.2', expected: 'a pot' },
  'cup.lost': { code: 'invalid_client', description: 'no pot', spec: 'RFC 2324 §2.3.2', expected: 'a cup' },
};
const page = (reasons: Parameters<typeof errorsPage>[0]) => errorsPage(reasons, (code) => (code === 'invalid_client' ? 401 : 400), () => 'RFC 2324 §7');

describe('Ours: docs/errors.md is the reason catalogue', () => {
  it('is exactly what the generator makes (else run: node tools/docs/generate.mjs)', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(errorsPage(REASONS, statusOf, specificationOf));
  });

  it('has a row for every reason', () => {
    const text = readFileSync(PAGE, 'utf8');
    for (const id of Object.keys(REASONS)) expect(text).toContain(`| \`${id}\` |`);
  });

  it('would notice a reason that was added, removed or reworded', () => {
    const { 'tea.cold': tea, ...rest } = PLANTED;
    expect(page(rest)).not.toBe(page(PLANTED));
    expect(page({ ...PLANTED, 'tea.cold': { ...tea, description: 'the tea is warm' } })).not.toBe(page(PLANTED));
    expect(page({ ...PLANTED, 'tea.cold': { ...tea, expected: 'hot tea' } })).not.toBe(page(PLANTED));
  });
});

describe('Ours: the generator of the page', () => {
  it('groups by code, with the section that registers it', () => {
    expect(page(PLANTED)).toMatch(/## invalid_client\n\nRegistered by RFC 2324 §7\.[^#]*`cup\.lost`[^#]*`pot\.lost`[^#]*## invalid_request\n/);
  });

  it('shows the status of the code, or the one the reason has of its own', () => {
    expect(page(PLANTED)).toContain('| `pot.lost` | 401 |');
    expect(page({ ...PLANTED, 'pot.lost': { ...PLANTED['pot.lost'], status: 418 } })).toContain('| `pot.lost` | 418 |');
  });

  it('gives the same text whatever the order of the catalogue', () => {
    expect(page(Object.fromEntries(Object.entries(PLANTED).reverse()))).toBe(page(PLANTED));
  });

  it('keeps a text within its cell', () => {
    expect(page(PLANTED)).toContain('| a \\| b and \\*c\\* |\n');
  });
});
