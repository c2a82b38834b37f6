// Ctrl+K: go to, create, find. Without script the same search is the page the link leads to.
import { fragment, lettersAct } from "./dom";
import { listbox } from "./listbox";

export function watchPalette(): void {
  const dialog = document.querySelector<HTMLDialogElement>("dialog#palet");
  const input = dialog?.querySelector<HTMLInputElement>("#palet-metni");
  const box = dialog?.querySelector<HTMLElement>("#palet-sonuc");
  const sheet = document.querySelector<HTMLDialogElement>("dialog#kisayollar");
  if (!dialog || !input || !box) return;

  const href = input.form?.action ?? "/ara";
  const results = listbox(input, box, {
    ask: (typed, signal) => fragment(href, typed, signal),
    choose: (option) => {
      if (option instanceof HTMLAnchorElement) location.assign(option.href);
    },
  });
  const open = (): void => {
    if (dialog.open) return;
    dialog.showModal();
    input.select();
    results.refresh();
  };
  dialog.addEventListener("close", () => results.close());
  for (const shell of [dialog, sheet]) {
    shell?.addEventListener("click", (event) => {
      const pressed = event.target as Element;
      if (pressed === shell || pressed.closest("[data-close]")) shell.close();
    });
  }
  document.addEventListener("click", (event) => {
    if (!(event.target as Element).closest("[data-palette]") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    } else if (event.key === "?" && lettersAct(event)) {
      event.preventDefault();
      sheet?.showModal();
    }
  });
}
