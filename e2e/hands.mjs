// What several journeys do with their hands: press a button wherever it is, act as somebody, sign in the box.

import { openPage } from './lib.mjs';

export async function press(page, name) {
  const button = page.getByRole('button', { name, exact: true });
  // On a narrow page the last buttons wait behind "Diğer".
  if (!(await button.first().isVisible())) await page.locator('summary', { hasText: 'Diğer' }).click();
  await button.first().click();
}

export async function as(role, viewport, walk) {
  const { page, complaints, close } = await openPage({ role, viewport });
  try {
    return await walk(page);
  } catch (error) {
    error.message += `\n${page.url()}\n${complaints.join('\n')}`;
    throw error;
  } finally {
    await close();
  }
}

/** Signs in the box with the mouse, as a finger does. */
export async function sign(page) {
  const box = await page.locator('[data-signature-pad] svg').boundingBox();
  await page.mouse.move(box.x + 30, box.y + box.height * 0.6);
  await page.mouse.down();
  for (let at = 0; at < 40; at += 1) {
    await page.mouse.move(box.x + 30 + (at * box.width) / 60, box.y + box.height * (0.5 + 0.3 * Math.sin(at / 2)));
  }
  await page.mouse.up();
}
