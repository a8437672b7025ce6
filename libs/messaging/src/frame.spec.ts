import { FRAME_BYTES_MAX, FRAME_ITEMS_MAX } from '@tessera/vocabulary';
import { packFrames, unpackFrame } from './frame.js';

function items(count: number, bodyBytes = 1) {
  return Array.from({ length: count }, (_, id) => ({ id, body: 'x'.repeat(bodyBytes) }));
}

function refusing(): never {
  throw new Error('nothing here is unpackable');
}

describe('Ours: decision 12, a frame has 1 to 32 items and at most 128 KiB', () => {
  it.each([
    [1, [1]],
    [32, [32]],
    [33, [32, 1]],
    [70, [32, 32, 6]],
  ])('packs %i items as %j', (count, sizes) => {
    expect(packFrames(items(count), refusing).map((frame) => frame.items.length)).toEqual(sizes);
  });

  it('MUST split items that are too large together, and lose, repeat or reorder none', () => {
    const frames = packFrames(items(20, 20_000), refusing);
    expect(Math.max(...frames.map(({ payload }) => payload.length))).toBeLessThanOrEqual(FRAME_BYTES_MAX);
    expect(frames.flatMap((frame) => unpackFrame(frame.payload))).toEqual(items(20, 20_000));
  });

  it('MUST split items of very different sizes', () => {
    const mixed = [...items(16), ...items(1, 120_000), ...items(15, 9_000)];
    const frames = packFrames(mixed, refusing);
    expect(Math.max(...frames.map(({ payload }) => payload.length))).toBeLessThanOrEqual(FRAME_BYTES_MAX);
    expect(frames.flatMap((frame) => unpackFrame(frame.payload))).toEqual(mixed);
  });

  it('lets an item that is larger alone travel alone', () => {
    const frames = packFrames([...items(2), ...items(1, FRAME_BYTES_MAX)], refusing);
    const large = frames.filter(({ payload }) => payload.length > FRAME_BYTES_MAX);
    expect(large.map((frame) => frame.items.length)).toEqual([1]);
    expect(frames.flatMap((frame) => frame.items)).toHaveLength(3);
  });

  it('counts bytes, not characters', () => {
    const frames = packFrames([{ body: 'ä'.repeat(60_000) }, { body: 'ä'.repeat(10_000) }], refusing);
    expect(frames).toHaveLength(2);
  });

  it('MUST NOT let an item that cannot be encoded keep the others from travelling', () => {
    const unpackable: unknown[] = [];
    const frames = packFrames<{ body: unknown }>([{ body: 1 }, { body: 2n }, { body: 3 }], (item) => unpackable.push(item.body));
    expect(frames.flatMap((frame) => unpackFrame(frame.payload))).toEqual([{ body: 1 }, { body: 3 }]);
    expect(unpackable).toEqual([2n]);
  });
});

describe('Ours: what is no frame is refused whole (F31)', () => {
  it.each([
    ['no JSON', 'hello'],
    ['cut off', '{"v":1,"items":[{"id":'],
    ['nothing', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['another version', '{"v":2,"items":[]}'],
    ['no version', '{"items":[]}'],
    ['items that are no list', '{"v":1,"items":{"length":1}}'],
    ['too many items', JSON.stringify({ v: 1, items: items(FRAME_ITEMS_MAX + 1) })],
  ])('refuses %s', (_case, payload) => {
    expect(unpackFrame(Buffer.from(payload))).toBeNull();
  });

  it('accepts a frame in the middle of a larger buffer', () => {
    const bytes = Buffer.from('xx{"v":1,"items":[{"id":1}]}yy');
    expect(unpackFrame(bytes.subarray(2, -2))).toEqual([{ id: 1 }]);
  });
});
