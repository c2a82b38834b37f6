// Runs every journey in one process, so that they share one town and one browser.

import { readdirSync } from 'node:fs';
import { after } from 'node:test';
import { stopTown } from './lib.mjs';

const folder = new URL('./journeys/', import.meta.url);

for (const name of readdirSync(folder).filter((it) => it.endsWith('.mjs')).sort()) {
  await import(new URL(name, folder));
}

after(stopTown);
