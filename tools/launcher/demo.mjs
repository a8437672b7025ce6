import path from 'node:path';
import { addressFor } from './database.mjs';
import { LaunchFailure } from './failure.mjs';
import { run } from './installation.mjs';
import { readJson, writePrivately } from './private-files.mjs';

/** The clients and resources every demo system begins with. */
export const DEMO_FILE = 'config/demo.yaml';
