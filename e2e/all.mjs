// Runs every journey in one process, so that they share one town and one browser.

import { readdirSync } from 'node:fs';
import { after } from 'node:test';
import { stopTown } from './lib.mjs';

const folder = new URL('./journeys/', import.meta.url);

const names = readdirSync(folder).filter((it) => it.endsWith('.mjs')).sort();

for (const name of names) {
  await import(new URL(name, folder));
}

after(stopTown);
