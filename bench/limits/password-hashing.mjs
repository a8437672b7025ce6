// Checks passwords as authorization does at a sign-in, so many at a time, and says what CPU one takes. A process of its own: of
// this one nothing else is counted.
import { hash, verify } from '@node-rs/argon2';

const ARGON2ID = 2;
const SETTLING_MS = 300;
const PASSWORD = 'correct horse battery staple';
const [memoryCost, timeCost, parallelism, atOnce, seconds] = process.argv.slice(2).map(Number);
const secret = Buffer.alloc(32, 1);
const stored = await hash(PASSWORD, { algorithm: ARGON2ID, memoryCost, timeCost, parallelism, secret });

async function checkedUntil(end) {
  let count = 0;
  const one = async () => {
    for (; performance.now() < end; count += 1)
      if (!(await verify(stored, PASSWORD, { secret }))) throw new Error('the password is not right');
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return count;
}

await checkedUntil(performance.now() + SETTLING_MS);
const before = process.cpuUsage();
const count = await checkedUntil(performance.now() + seconds * 1000);
const { user, system } = process.cpuUsage(before);
process.send({ microseconds: (user + system) / count }, () => process.disconnect());
