import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const FOLDER = path.resolve(import.meta.dirname, '../../docs/decisions');
const LINES_MAX = 60;
const SECTIONS = ['Context', 'Decision', 'Alternatives', 'Consequences'];

const pages = readdirSync(FOLDER).filter((name) => /^\d{4}-[a-z0-9-]+\.md$/.test(name)).sort();

/** What a decision page lacks. */
function faults(name: string, text: string): readonly string[] {
  const number = Number(name.slice(0, 4));
  const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  return [
    ...(text.startsWith(`# ${number}. `) ? [] : ['the title has another number than the file']),
    ...(/^\nStatus: (accepted|replaced)/m.test(text.split('## ', 1).join('')) ? [] : ['no status']),
    ...(headings.join() === SECTIONS.join() ? [] : [`the sections are not ${SECTIONS.join(', ')}`]),
    ...(text.split('\n').length - 1 <= LINES_MAX ? [] : [`more than ${LINES_MAX} lines`]),
  ];
}

describe('Ours: a decision page has a status, four sections and at most sixty lines', () => {
  it.each(pages)('%s', (name) => {
    expect(faults(name, readFileSync(path.join(FOLDER, name), 'utf8'))).toEqual([]);
  });

  it('numbers the pages without a gap', () => {
    expect(pages.map((name) => Number(name.slice(0, 4)))).toEqual(pages.map((_, index) => index + 1));
  });

  it('would notice what a page lacks', () => {
    const sections = SECTIONS.map((section) => `## ${section}\n\ntext\n`).join('\n');
    expect(faults('0007-tea.md', `# 7. Tea\n\nStatus: accepted.\n\n${sections}`)).toEqual([]);
    expect(faults('0008-tea.md', `# 7. Tea\n\n${sections.replace('## Context', '## Why')}${'\n'.repeat(LINES_MAX)}`)).toHaveLength(4);
  });
});
