// Runs every journey of `journeys/` in one process, so that they share one town and one browser. Walks over all pages
// (`walks.mjs`) and journeys that start houses of their own (`houses/`) are processes beside this one.

import { readdirSync } from 'node:fs';

const folder = new URL('./journeys/', import.meta.url);

const names = readdirSync(folder).filter((it) => it.endsWith('.mjs')).sort();

for (const name of names) {
  await import(new URL(name, folder));
}
