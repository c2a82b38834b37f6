// The pictures of the READMEs: the pages a newcomer should see, as they are. `BELDE_E2E_BLESS=1` renews them.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { openPage, picture, visit, widths } from '../lib.mjs';

const shown = [
  { name: 'gorevler', path: '/gorevler', role: 'director' },
  { name: 'denetim', path: '/denetim', role: 'auditor' },
  { name: 'teskilat-semasi', path: '/teskilat/sema', role: 'director' },
  { name: 'gunum-telefon', path: '/', role: 'director', viewport: widths.phone },
];

for (const { name, path, role, viewport } of shown) {
  test(`the picture ${name} of the READMEs can be taken`, async () => {
    const { page, complaints, close } = await openPage({ role, viewport });
    await visit(page, path);
    assert.deepEqual(complaints, []);
    await picture(page, name, { bless: true });
    await close();
    const file = fileURLToPath(new URL(`../../docs/screenshots/${name}.png`, import.meta.url));
    assert.ok(existsSync(file), `${name}.png is missing: run the journeys with BELDE_E2E_BLESS=1`);
    for (const readme of ['README.md', 'README.tr.md']) {
      const text = readFileSync(fileURLToPath(new URL(`../../${readme}`, import.meta.url)), 'utf8');
      assert.ok(text.includes(`docs/screenshots/${name}.png`), `${readme} does not show ${name}.png`);
    }
  });
}
