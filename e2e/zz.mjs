import { after } from 'node:test';
import { stopTown } from './lib.mjs';
import { readdirSync } from 'node:fs';
const names = readdirSync(new URL('./journeys/', import.meta.url)).filter((it) => it.endsWith('.mjs')).sort();
const done = ['accounts.mjs'];
for (const name of names.filter((it) => it >= 'esign')) await import(`./journeys/${name}`);
after(stopTown);
