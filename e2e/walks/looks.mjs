// Every kind of page on a phone and on an office screen: nothing scrolls sideways, nothing is cut off, nothing moves,
// axe finds nothing in light, dark, high contrast or the system's own colours, letters may be twice as large, the
// console stays silent.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible, assertWellMade, colourRules, eachOf, openPage, picture, visit, widths } from '../lib.mjs';
import { assertStands } from '../measure.mjs';
import { actedPages, pageTypes, reach } from '../pages.mjs';

/** Pictures of every page in every theme, for whoever wants to look at them: some hundred files in `output/`. */
const isLooking = process.env.BELDE_E2E_PICTURES === '1';

const themes = [
  ['dark', { colorScheme: 'dark' }],
  ['contrast', { colorScheme: 'light', contrast: 'more' }],
  ['forced', { contrast: 'no-preference', forcedColors: 'active' }],
];

/** Whether the page brings a component that was not seen at this width; `seen` learns it. */
async function bringsNews(page, seen) {
  const classes = await page.evaluate(() => [...document.querySelectorAll('body [class]')].flatMap((it) => [...it.classList]));
  const news = classes.filter((it) => !seen.has(it));
  for (const name of news) seen.add(name);
  return news.length > 0;
}

/** Everything that is measured on a page that stands; the other themes where they meet a component for the first time. */
async function look(page, name, file, seen) {
  await assertStands(page, name);
  await assertAccessible(page, name);
  if (isLooking) await picture(page, file);
  if (isLooking || (await bringsNews(page, seen))) {
    for (const [theme, media] of themes) {
      await page.emulateMedia(media);
      await assertAccessible(page, `${name} in ${theme}`, colourRules);
      if (isLooking) await picture(page, `${file}-${theme}`);
    }
    await page.emulateMedia({ forcedColors: 'none' });
  }
}

/** One open page for each role, so that the town is asked for nothing twice. */
function pagesOf(viewport) {
  const opened = new Map();
  return {
    async of(role) {
      if (!opened.has(role)) opened.set(role, await openPage({ role, viewport }));
      return opened.get(role);
    },
    close: () => Promise.all([...opened.values()].map((it) => it.close())),
  };
}

for (const [name, viewport] of Object.entries(widths)) {
  const seen = new Set();
  test(`every kind of page on the ${name} screen`, async () => {
    const pages = pagesOf(viewport);
    const types = new Map((await pageTypes()).map((it) => [it.shape, it]));
    try {
      await eachOf(types.keys(), async (shape) => {
        const { path, role } = types.get(shape);
        const { page, complaints } = await pages.of(role);
        await visit(page, path);
        await look(page, path, `${name}${shape.replaceAll('/', '-').replaceAll(/[{}]/g, '')}`, seen);
        assert.deepEqual(complaints.splice(0), [], 'the browser complained');
      });
    } finally {
      await pages.close();
    }
  });

  test(`every page that only an act leads to on the ${name} screen`, async () => {
    const pages = pagesOf(viewport);
    const acted = new Map(actedPages.filter((it) => !it.only || it.only === name).map((it) => [it.name, it]));
    try {
      await eachOf(acted.keys(), async (title) => {
        const { page, complaints } = await pages.of(acted.get(title).role);
        await reach(page, complaints, acted.get(title));
        await assertWellMade(page, title);
        await look(page, title, `${name}-acted-${title}`, seen);
      });
    } finally {
      await pages.close();
    }
  });
}
