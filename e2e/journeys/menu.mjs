// Every menu item with every role: it opens, says nothing to the console, and passes axe.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible, eachOf, menuOf, openPage, picture, roles, startTown, visit } from '../lib.mjs';

test('every menu item opens for every role that is offered it', async () => {
  await eachOf(await roles(), async (role) => {
    const { page, complaints, close } = await openPage({ role });
    try {
      await eachOf(await menuOf(page), async (path) => {
        await visit(page, path);
        assert.deepEqual(complaints.splice(0), [], `the browser complained on ${path}`);
      });
    } finally {
      await close();
    }
  });
});

test('the first page of each role passes axe', async () => {
  await startTown();
  await eachOf(await roles(), async (role) => {
    const { page, close } = await openPage({ role });
    try {
      await visit(page, '/');
      await assertAccessible(page, `/ as ${role}`);
      await picture(page, `anasayfa-${role}`);
    } finally {
      await close();
    }
  });
});
