// Runs every walk of `walks/` in one process: they look at each page of a town of their own and change nothing in it, beside
// the journeys of `town.mjs`, because one browser that waits for its pages leaves a core idle.

import { readdirSync } from 'node:fs';

const folder = new URL('./walks/', import.meta.url);

const names = readdirSync(folder).filter((it) => it.endsWith('.mjs')).sort();

for (const name of names) {
  await import(new URL(name, folder));
}
