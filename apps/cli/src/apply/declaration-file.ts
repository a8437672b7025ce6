import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { type EntryList, type FileKey, KIND_EXPECTED, keysOf, type ValueKind, writtenName } from './file-vocabulary.js';
import { nearestName } from './nearest-name.js';

/** What is wrong at a place of a file. */
export interface FileProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** In the names of the file: `clients[0].grant_types[0]`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
  readonly expected: string;
}

/** One client, resource, user or team as it stands in a file. */
export interface FileEntry {
  readonly list: EntryList;
  readonly file: string;
  /** Values by the member names of the message; only those whose kind is right. */
  readonly members: Readonly<Record<string, unknown>>;
  /** A problem at a place inside the entry, given in member names: `['grantTypes', 0]`. */
  problem(path: readonly (string | number)[], message: string, expected: string): FileProblem;
}

/** A file read as far as it goes. */
export interface DeclarationFile {
  readonly entries: readonly FileEntry[];
  readonly problems: readonly FileProblem[];
}

const LISTS: readonly EntryList[] = ['resources', 'clients', 'users', 'teams'];

/** Reads one file: YAML 1.2, the four lists, known keys only, each value of the right kind. */
export function readDeclarationFile(file: string, text: string): DeclarationFile {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    version: '1.2',
    schema: 'core',
  });
  const source = new Source(file, document, lines);
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) =>
      source.problem(error.pos[0], '', error.message.split('\n', 1)[0] ?? 'malformed', 'correct the YAML'),
    );
    return { entries: [], problems };
  }
  const root = document.contents;
  if (root === null || (isScalar(root) && root.value === null)) return { entries: [], problems: [] };
  if (!isMap(root))
    return {
      entries: [],
      problems: [source.problem(offsetOf(root), '', 'this is no declaration', 'write the lists "resources:", "clients:", "users:" and "teams:"')],
    };
  const unknown = root.items.flatMap((pair) => unknownKey(pair, LISTS, '', source));
  const read = LISTS.flatMap((list) => readList(list, root.get(list, true), source));
  return { entries: read.flatMap((one) => one.entries), problems: [...unknown, ...read.flatMap((one) => one.problems)] };
}

/** Stands for a value whose aliases stand for too much. */
const TOO_MUCH = Symbol('too much');

/** A parsed file that knows where its nodes stand. */
class Source {
  constructor(
    readonly file: string,
    readonly document: Document,
    private readonly lines: LineCounter,
  ) {}

  problem(offset: number, path: string, message: string, expected: string): FileProblem {
    const { line, col } = this.lines.linePos(offset);
    return { file: this.file, line: Math.max(line, 1), column: Math.max(col, 1), path, message, expected };
  }

  /** The node itself where an alias stands. */
  resolve(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.document) : node;
  }

  /** The library gives up on aliases that multiply without end; that is the only thing it throws here. */
  value(node: unknown): unknown {
    try {
      return isNode(node) ? node.toJS(this.document) : null;
    } catch {
      return TOO_MUCH;
    }
  }
}

function readList(list: EntryList, node: unknown, source: Source): DeclarationFile[] {
  const entries = source.resolve(node);
  if (entries === undefined || (isScalar(entries) && entries.value === null)) return [];
  if (!isSeq(entries))
    return [
      {
        entries: [],
        problems: [source.problem(offsetOf(entries), list, 'is no list', `write a list: each of the ${list} begins with "- "`)],
      },
    ];
  return entries.items.map((item, index) => {
    const entry = source.resolve(item);
    const where = `${list}[${index}]`;
    if (isMap(entry)) return readFileEntry(list, entry, where, source);
    return {
      entries: [],
      problems: [source.problem(offsetOf(item), where, 'is no mapping', 'write its members as "key: value" lines')],
    };
  });
}

function readFileEntry(list: EntryList, node: YAMLMap, where: string, source: Source): DeclarationFile {
  const known = keysOf(list);
  const unknown = node.items.flatMap((pair) => unknownKey(pair, Object.keys(known), where, source));
  const members: Record<string, unknown> = {};
  const wrong = node.items.flatMap((pair) => {
    const name = keyName(pair);
    const key = Object.hasOwn(known, name) ? known[name] : undefined;
    if (key === undefined) return [];
    const read = readValue(source.value(source.resolve(pair.value)), key);
    if (read.kind === 'value') members[key.member] = read.value;
    return read.kind === 'value'
      ? []
      : [source.problem(offsetOf(pair.value ?? pair.key), `${where}.${name}`, read.message, KIND_EXPECTED[key.kind])];
  });
  const entry: FileEntry = {
    list,
    file: source.file,
    members,
    problem: (path, message, expected) => {
      const written = path.map((part, index) => (index === 0 ? writtenName(list, String(part)) : part));
      return source.problem(offsetAt(node, written, source), pathText(where, written), message, expected);
    },
  };
  return { entries: [entry], problems: [...unknown, ...wrong] };
}

function unknownKey(pair: Pair, known: readonly string[], where: string, source: Source): FileProblem[] {
  const name = keyName(pair);
  if (known.includes(name)) return [];
  const near = nearestName(name, known);
  const expected = near === null ? `one of ${known.join(', ')}` : `did you mean ${near}?`;
  return [
    source.problem(offsetOf(pair.key), where === '' ? name : `${where}.${name}`, `unknown key ${JSON.stringify(name)}`, expected),
  ];
}

function readValue(
  value: unknown,
  { kind }: FileKey,
): { readonly kind: 'value'; readonly value: unknown } | { readonly kind: 'wrong'; readonly message: string } {
  if (value === TOO_MUCH) return { kind: 'wrong', message: 'its aliases stand for too much' };
  if (!FITS[kind](value)) return { kind: 'wrong', message: `is ${described(value)}` };
  return {
    kind: 'value',
    value:
      kind === 'scope'
        ? String(value)
            .split(' ')
            .filter((token) => token !== '')
        : value,
  };
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isMapping = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

const FITS: Readonly<Record<ValueKind, (value: unknown) => boolean>> = {
  text: isText,
  'text or null': (value) => value === null || isText(value),
  'true or false': (value) => typeof value === 'boolean',
  'whole number': (value) => Number.isSafeInteger(value),
  'list of texts': (value) => Array.isArray(value) && value.every(isText),
  scope: isText,
  'list of URIs': (value) => isMapping(value) || (Array.isArray(value) && value.every(isText)),
  nkeys: (value) => isMapping(value) || (Array.isArray(value) && value.every(isText)),
  URI: (value) => isMapping(value) || isText(value),
  'key set': isMapping,
  'secret source': isMapping,
  'password source': isMapping,
  claims: isMapping,
};

function described(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return value.every(isText) ? 'a list' : 'a list of other things than texts';
  return (
    { string: 'text', number: 'a number', boolean: 'true or false', object: 'a mapping' }[String(typeof value)] ??
    'something else'
  );
}

/** The place of the deepest node of a path that exists: what is missing is reported where it would belong. */
function offsetAt(node: Node, path: readonly (string | number)[], source: Source): number {
  let at: unknown = node;
  let offset = offsetOf(node);
  for (const part of path) {
    const resolved = source.resolve(at);
    const next: unknown = isMap(resolved) || isSeq(resolved) ? resolved.get(part, true) : undefined;
    if (!isNode(next)) return offset;
    at = next;
    offset = offsetOf(next);
  }
  return offset;
}

function isNode(value: unknown): value is Node {
  return isAlias(value) || isMap(value) || isSeq(value) || isScalar(value);
}

function offsetOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

function keyName(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

function pathText(where: string, path: readonly (string | number)[]): string {
  return path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}.${part}`), where);
}
