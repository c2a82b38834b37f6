// Every kind of page on a phone and on an office screen, in light and dark: nothing scrolls sideways, axe
// finds nothing, the console stays silent.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible, eachOf, openPage, pageTypes, picture, roles, visit, widths } from '../lib.mjs';

/** The role with the longest menu meets the most kinds of pages. */
async function widestRole() {
  let best = { role: '', paths: [] };
  for (const role of await roles()) {
    const { page, close } = await openPage({ role });
    const paths = await pageTypes(page);
    await close();
    if (paths.length > best.paths.length) best = { role, paths };
  }
  return best;
}

let known;

for (const [name, viewport] of Object.entries(widths)) {
  for (const colorScheme of ['light', 'dark']) {
    test(`every kind of page on the ${name} screen in ${colorScheme}`, async () => {
      known ??= await widestRole();
      const { page, complaints, close } = await openPage({ role: known.role, viewport, colorScheme });
      try {
        await eachOf(known.paths, async (path) => {
          await visit(page, path);
          await assertAccessible(page, path);
          assert.deepEqual(complaints.splice(0), [], 'the browser complained');
          await picture(page, `${name}-${colorScheme}${path.split('?')[0].replaceAll('/', '-')}`);
        });
      } finally {
        await close();
      }
    });
  }
}
