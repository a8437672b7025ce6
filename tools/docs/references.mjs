/**
 * @typedef {object} Repository
 * @property {ReadonlySet<string>} files every file a clone has, as `path/from/the/root`
 * @property {ReadonlySet<string>} scripts names of the scripts in package.json
 * @property {ReadonlyMap<string, string>} documents Markdown files: path → text
 *
 * @typedef {{ document: string, reference: string, problem: string }} BrokenReference
 */

/** Folders whose mention in `backticks` is a claim that something stands there. */
const CLAIMED_ROOTS = ['apps', 'libs', 'tools', 'prisma', 'docs', 'tests', 'k8s', 'bench'];
/** `<owner>`, `NNNN` and `*` stand for anything within one segment, `**` for any number of segments. */
const PLACEHOLDER = /\*\*\/|\*\*|\*|<[^>]+>|NNNN/g;

/**
 * Every reference of the documents that leads nowhere: relative links and their anchors, paths in backticks, npm scripts.
 * Links to other sites are not followed: a check that needs the network is no check.
 *
 * @param {Repository} repository
 * @returns {BrokenReference[]}
 */
export function brokenReferences(repository) {
  return [...repository.documents].flatMap(([document, text]) => {
    const prose = withoutFences(text);
    return [
      ...links(prose).map((reference) => ({ reference, problem: linkProblem(document, reference, repository) })),
      ...claimedPaths(prose).map((reference) => ({ reference, problem: pathProblem(reference, repository.files) })),
      ...scriptCalls(text).map(({ reference, script }) => ({
        reference,
        problem: repository.scripts.has(script) ? null : 'package.json has no such script',
      })),
    ]
      .filter(({ problem }) => problem !== null)
      .map(({ reference, problem }) => ({ document, reference, problem: String(problem) }));
  });
}

/** @param {string} text */
function withoutFences(text) {
  return text.replace(/^(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\1[^\n]*$/gm, '');
}

/** @param {string} prose @returns {string[]} targets of inline links and of reference definitions, other sites left out */
function links(prose) {
  const plain = prose.replace(/`(?:[^`\n]|\n(?!\s*\n))*`/g, '``');
  const targets = [...plain.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g), ...plain.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm)].map((match) => match[1] ?? '');
  return targets.filter((target) => !/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(target));
}

/** @param {string} document @param {string} target @param {Repository} repository */
function linkProblem(document, target, { files, documents }) {
  const [file = '', anchor] = target.split('#');
  const resolved = file === '' ? document : resolve(document, decodeURI(file));
  if (resolved === null) return 'leads out of the repository';
  if (!exists(resolved, files)) return 'no such file';
  if (anchor === undefined) return null;
  const text = documents.get(resolved);
  if (text === undefined) return 'an anchor into a file that is not a document';
  return anchors(text).has(anchor) ? null : 'no such heading';
}

/** @param {string} document @param {string} relative @returns {string | null} null when it climbs above the root */
function resolve(document, relative) {
  const segments = relative.startsWith('/') ? [] : document.split('/').slice(0, -1);
  for (const segment of relative.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) return null;
  }
  return segments.join('/');
}

/** The anchors that headings get, as the common renderers make them. @param {string} text */
function anchors(text) {
  const seen = new Map();
  const made = [...withoutFences(text).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map((match) => {
    const slug = (match[1] ?? '').toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
  return new Set(made);
}

/** @param {string} prose @returns {string[]} */
function claimedPaths(prose) {
  const root = new RegExp(`^(${CLAIMED_ROOTS.join('|')})/`);
  // A code span may go over a line break, but not over the end of its paragraph.
  return [...prose.matchAll(/`((?:[^`\n]|\n(?!\s*\n))+)`/g)].map((match) => match[1] ?? '').filter((code) => root.test(code) && !/\s/.test(code));
}

/** @param {string} claimed @param {ReadonlySet<string>} files */
function pathProblem(claimed, files) {
  const path = claimed.replace(/\/$/, '');
  if (path.search(PLACEHOLDER) === -1) return exists(path, files) ? null : 'no such path';
  const pattern = new RegExp(`^${asPattern(path)}(/|$)`);
  return [...files].some((file) => pattern.test(file)) ? null : 'nothing matches';
}

/** @param {string} path */
function asPattern(path) {
  const literal = (/** @type {string} */ text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  let pattern = '';
  let from = 0;
  for (const match of path.matchAll(PLACEHOLDER)) {
    pattern += literal(path.slice(from, match.index));
    pattern += match[0] === '**/' ? '(?:[^/]+/)*' : match[0] === '**' ? '.+' : '[^/]+';
    from = match.index + match[0].length;
  }
  return pattern + literal(path.slice(from));
}

/** A file, or a folder that has files. @param {string} path @param {ReadonlySet<string>} files */
function exists(path, files) {
  return path === '' || files.has(path) || [...files].some((file) => file.startsWith(`${path}/`));
}

/** @param {string} text @returns {{ reference: string, script: string }[]} */
function scriptCalls(text) {
  return [...text.matchAll(/\bnpm (?:run ([\w:.-]*[\w])|(start|test)\b)/g)].map((match) => ({
    reference: match[0],
    script: match[1] ?? match[2] ?? '',
  }));
}
