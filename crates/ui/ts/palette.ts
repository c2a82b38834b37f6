// Ctrl+K: go to, create, find. Without script the same search is the page the link leads to.
import { all, fragment, lettersAct } from "./dom";
import { listbox } from "./listbox";

/** On a correction screen the sheet tells the letters of its buttons, not those of lists. */
function tellLetters(sheet: HTMLElement): void {
  const buttons = all<HTMLElement>("[data-review] [data-key]");
  const rows = sheet.querySelector("tbody");
  if (!rows || buttons.length === 0) return;
  for (const old of all("[data-own]", rows)) old.remove();
  for (const row of all<HTMLElement>("[data-of-lists]", rows)) row.hidden = true;
  const known = new Set<string>();
  const tell = (key: string, what: string): void => {
    if (known.has(key)) return;
    known.add(key);
    const row = document.createElement("tr");
    row.dataset["own"] = "";
    const [head, cell] = [document.createElement("th"), document.createElement("td")];
    head.scope = "row";
    for (const one of key.split(" ")) {
      const cap = document.createElement("kbd");
      cap.textContent = one;
      head.append(cap, " ");
    }
    cell.textContent = what;
    row.append(head, cell);
    rows.append(row);
  };
  tell("j k ↓ ↑", "Sonraki, önceki öğe");
  for (const button of buttons) {
    const label = Array.from(button.childNodes).filter((node) => node.nodeName !== "KBD").map((node) => node.textContent ?? "");
    tell(button.dataset["key"] ?? "", label.join("").trim());
  }
}

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
      if (sheet) tellLetters(sheet);
      sheet?.showModal();
    }
  });
}
