// Lines of a device: seen as they come, found again by who says why, and the silence of nobody who only looks.

import assert from 'node:assert/strict';
import { createConnection } from 'node:net';
import { test } from 'node:test';
import { as } from '../hands.mjs';
import { startTown, visit, widths } from '../lib.mjs';

/** Sends lines as a device does, over TCP. */
function send(port, lines) {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: '127.0.0.1', port }, () => socket.end(lines.map((it) => `${it}\n`).join('')));
    socket.once('close', resolve);
    socket.once('error', reject);
  });
}

const line = (number) => `<30>dhcpd[77]: DHCPACK on 10.99.0.${number} to 4c:55:41:aa:bb:${String(number).padStart(2, '0')} (yolcu-${number}) via eth0`;

test('a line that a device sends moves the live view, is found by its address, and makes the device a source', async () => {
  const { logPort } = await startTown();
  await as('admin', widths.office, async (page) => {
    await visit(page, '/erisim-kayitlari/canli');
    await page.getByLabel('Neden bakıyorsunuz?').fill('Yolculuk denemesi');
    await page.getByRole('button', { name: 'İzle' }).click();
    await page.getByText('Son bakış').waitFor();
    await send(logPort, [line(11), line(12)]);
    await page.getByText('yolcu-12').waitFor();

    await visit(page, '/erisim-kayitlari');
    await page.getByLabel('IP adresi').fill('10.99.0.11');
    await page.getByLabel('Neden bakıyorsunuz?').fill('Savcılık 2026/14');
    await page.getByRole('button', { name: 'Ara', exact: true }).click();
    await page.getByText('yolcu-11').waitFor();
    assert.equal(await page.getByText('yolcu-12').count(), 0);

    await visit(page, '/kayit-kaynaklari?ara=127.0.0.1');
    await page.getByRole('link', { name: '127.0.0.1', exact: true }).waitFor();
  });
  await as('technician', widths.phone, async (page) => {
    await visit(page, '/kayit-kaynaklari');
    assert.equal(await page.locator('nav').getByText('Canlı akış').count(), 0);
  });
});
