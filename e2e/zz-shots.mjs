import { chromium } from 'playwright-core';
const base='http://127.0.0.1:8077';
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
async function as(user){ const ctx = await browser.newContext({ viewport: { width: 1366, height: 900 }, locale: 'tr-TR' }); const page = await ctx.newPage(); await page.goto(base+'/giris'); await page.fill('input[name="kullanici"], #alan-kullanici, input[type="text"]', user); await page.fill('input[type="password"]', 'belde-deneme-2026'); await page.keyboard.press('Enter'); await page.waitForURL(u => !u.pathname.startsWith('/giris'), {timeout: 8000}); page.setDefaultTimeout(6000); return page; }
const page = await as('yonetici');
async function shot(name, path, act){ for (const [w,h] of [[1366,900],[360,740]]) { await page.setViewportSize({ width: w, height: h }); await page.goto(base+path); if (act) await act(page); await page.screenshot({ path: `/tmp/shots/${name}-${w}.png`, fullPage: true }); } }
const only = process.argv.slice(2);
const list = {
 tasinir: ['/tasinir-hesabi'],
 yilsonu: ['/yil-sonu-sayimlari'],
 kodlar: ['/tasinir-kodlari'],
 dayanikli: ['/varliklar/tasinir-cetveli'],
 agcihaz: ['/ag-cihazlari'],
 agtara: ['/ag-taramalari'],
 yazici: ['/ag-cihazlari?kind=printer', async p => { await p.click('table a[href*="/ag-cihazlari/"]'); await p.waitForLoadState(); }],
 sema: ['/bilisim-hizmetleri', async p => { await p.click('text=Kimlik doğrulama'); await p.waitForLoadState(); await p.click('text=Etki şeması'); await p.waitForLoadState(); }],
 degisiklik: ['/degisiklikler', async p => { await p.click('text=Omurga anahtarının'); await p.waitForLoadState(); }],
 ongoru: ['/destek/ongoru'],
 esleme: ['/varliklar/ice-aktar', async p => { await p.setInputFiles('input[type=file]', { name: 'glpi.csv', mimeType: 'text/csv', buffer: Buffer.from('"Name";"Status";"Manufacturers";"Serial number";"Type";"Model";"Locations";"Last update"\n"fen-pc-01";"In use";"Dell Inc.";"GLP0001";"Desktop";"OptiPlex 7010";"2. kat";"2024-05-01 10:22"\n"terazi";"";"Baster";"GLP0003";"Weighbridge";"";"Şantiye";""\n') }); await p.click('button[type=submit]:has-text("Denetle")'); await p.waitForLoadState(); }],
};
for (const [name,[path,act]] of Object.entries(list)) { if (only.length && !only.includes(name)) continue; try { await shot(name,path,act); } catch(e) { console.log(name, String(e).slice(0,300)); } }
await browser.close();
