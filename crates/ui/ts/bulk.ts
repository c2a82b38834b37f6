// Selecting rows: how many are chosen, all of the page, all that fit the filters, a range with Shift.
import { all, announce, fresh } from "./dom";

export function bulk(root: ParentNode): void {
  for (const form of fresh<HTMLFormElement>("form[data-bulk]", root, "Bulk")) {
    const sheet = form.closest<HTMLElement>(".sheet") ?? form;
    const boxes = all<HTMLInputElement>("td.pick input", form);
    const page = form.querySelector<HTMLInputElement>("[data-bulk-page]");
    const count = sheet.querySelector<HTMLElement>("[data-bulk-count]");
    const every = sheet.querySelector<HTMLElement>("[data-bulk-all]");
    const everyBox = every?.querySelector<HTMLInputElement>("input");
    let last = -1;

    const show = (): void => {
      const chosen = boxes.filter((box) => box.checked).length;
      const isPage = chosen > 0 && chosen === boxes.length;
      if (every) every.hidden = !isPage;
      if (everyBox && !isPage) everyBox.checked = false;
      if (page) {
        page.checked = isPage;
        page.indeterminate = chosen > 0 && !isPage;
      }
      const total = everyBox?.checked ? every?.dataset["bulkAll"] : undefined;
      if (count) count.textContent = `${total ?? chosen} seçili`;
    };
    boxes.forEach((box, index) =>
      box.addEventListener("click", (event) => {
        if (event.shiftKey && last >= 0) {
          for (const between of boxes.slice(Math.min(last, index), Math.max(last, index))) between.checked = box.checked;
        }
        last = index;
        show();
      }),
    );
    if (page) {
      page.hidden = false;
      page.addEventListener("change", () => {
        for (const box of boxes) box.checked = page.checked;
        show();
        announce(page.checked ? `Bu sayfadaki ${boxes.length} kayıt seçildi` : "Seçim kaldırıldı");
      });
    }
    everyBox?.addEventListener("change", show);
    show();
  }
}
