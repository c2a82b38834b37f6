// A text of one record a line: a field over it offers the records, and what is chosen becomes a line.
import { attach } from "./combobox";
import { announce, fragment, fresh } from "./dom";

export function lines(root: ParentNode): void {
  for (const text of fresh<HTMLTextAreaElement>("textarea[data-each-line]", root, "Lines")) {
    const href = text.dataset["eachLine"];
    if (!href) continue;
    const after = text.dataset["after"] ?? "";
    const place = document.createElement("span");
    place.className = "combobox";
    const input = document.createElement("input");
    input.type = "text";
    input.className = "w-long";
    input.autocomplete = "off";
    input.placeholder = "Eklemek için yazmaya başlayın";
    // It has no name: only the lines are sent.
    input.setAttribute("aria-label", `${text.labels[0]?.firstChild?.textContent?.trim() ?? ""}: satır ekle`);
    place.append(input);
    text.before(place);

    attach(place, input, {
      ask: (typed, signal) => fragment(href, typed, signal),
      choose: (option) => {
        input.value = "";
        if (add(text, option.dataset["value"] ?? "", after) && after !== "") text.focus();
      },
    });
    // Whoever presses Enter wants the line, not the whole form sent.
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.ctrlKey) event.preventDefault();
    });
  }
}

/** Writes a line under the others, unless one already begins so; the caret waits at its end. */
function add(text: HTMLTextAreaElement, word: string, after: string): boolean {
  const all = text.value.split("\n").map((line) => line.trimEnd());
  if (word === "" || all.some((line) => line === word || (after !== "" && line.startsWith(word + after.trim())))) {
    announce(word === "" ? "Numarası yok, eklenemedi" : `${word} zaten yazılı`);
    return false;
  }
  while (all.at(-1) === "") all.pop();
  text.value = [...all, word + after].join("\n");
  text.setSelectionRange(text.value.length, text.value.length);
  text.dispatchEvent(new Event("input", { bubbles: true }));
  announce(`${word} eklendi`);
  return true;
}
