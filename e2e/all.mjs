// Runs every journey in one process, so that they share one town and one browser.

import { readdirSync } from 'node:fs';
import { after } from 'node:test';
import { stopTown } from './lib.mjs';

const folder = new URL('./journeys/', import.meta.url);

// These leave letters on their way, of which some links still lead nowhere for some roles (the signer's turn on the writer's day, a
// decision from its task, a register entry from a letter): after those that follow every link, until the pages say who may see what.
const last = ['council.mjs', 'documents.mjs', 'esign.mjs'];
const names = readdirSync(folder).filter((it) => it.endsWith('.mjs') && !last.includes(it)).sort();

for (const name of [...names, ...last]) {
  await import(new URL(name, folder));
}

after(stopTown);
