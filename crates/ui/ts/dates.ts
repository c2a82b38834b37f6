// A calendar beside a typed date. The typed text (5.11.2026) is what is sent; the browser's own picker only fills it.
import { fresh } from "./dom";

const TYPED = /^\s*(\d{1,2})[./-](\d{1,2})[./-](\d{4})\s*$/;

function toMachine(typed: string): string {
  const [, day, month, year] = TYPED.exec(typed) ?? [];
  return day && month && year ? `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}` : "";
}

function toPeople(machine: string): string {
  const [year, month, day] = machine.split("-").map(Number);
  return year && month && day ? `${day}.${month}.${year}` : "";
}

export function dates(root: ParentNode): void {
  for (const input of fresh<HTMLInputElement>(".field input[data-date]", root, "Date")) {
    const box = document.createElement("span");
    box.className = "date-box";
    const picker = document.createElement("input");
    picker.type = "date";
    picker.className = "native-date";
    picker.tabIndex = -1;
    picker.setAttribute("aria-hidden", "true");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "field-button";
    button.textContent = "Takvim";
    button.setAttribute("aria-label", `Takvim: ${input.labels?.[0]?.textContent?.trim() ?? "tarih"}`);
    input.replaceWith(box);
    box.append(input, button, picker);
    button.addEventListener("click", () => {
      picker.value = toMachine(input.value);
      picker.showPicker();
    });
    picker.addEventListener("change", () => {
      input.value = toPeople(picker.value);
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.focus();
    });
  }
}
