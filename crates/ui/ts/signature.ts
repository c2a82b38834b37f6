// A sheet to sign on. The line is kept as whole numbers on the sheet's own scale, whatever the size on the screen.
import { announce, fresh } from "./dom";

type Point = readonly [number, number];

/** Nearer points than this say nothing more about the line. */
const nearest = 2;

export function signatures(root: ParentNode): void {
  for (const box of fresh<HTMLElement>("[data-signature-pad]", root, "Signature")) {
    const form = box.closest("form");
    const field = form?.querySelector<HTMLInputElement>('input[name="imza"]');
    const pad = box.querySelector("svg");
    const path = pad?.querySelector("path");
    if (!form || !field || !pad || !path) continue;
    prepare(pad, field, path, form.querySelector<HTMLButtonElement>("[data-signature-clear]"));
  }
}

function prepare(pad: SVGSVGElement, field: HTMLInputElement, path: SVGPathElement, clear: HTMLButtonElement | null): void {
  let strokes: Point[][] = [];
  let pointer: number | null = null;

  const show = (): void => {
    path.setAttribute("d", strokes.map((stroke) => stroke.map(([x, y], at) => `${at ? "L" : "M"}${x} ${y}`).join("")).join(""));
    field.value = strokes.map((stroke) => stroke.map(([x, y]) => `${x},${y}`).join(" ")).join(";");
  };
  const add = (event: PointerEvent): void => {
    const stroke = strokes.at(-1);
    const point = at(pad, event);
    const last = stroke?.at(-1);
    if (!stroke || (last && Math.hypot(point[0] - last[0], point[1] - last[1]) < nearest)) return;
    stroke.push(point);
  };

  pad.addEventListener("pointerdown", (event) => {
    if (pointer !== null || event.button !== 0) return;
    event.preventDefault();
    pointer = event.pointerId;
    pad.setPointerCapture(event.pointerId);
    strokes.push([]);
    add(event);
    show();
  });
  pad.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    const between = event.getCoalescedEvents();
    for (const one of between.length ? between : [event]) add(one);
    show();
  });
  for (const end of ["pointerup", "pointercancel"] as const) {
    pad.addEventListener(end, (event) => {
      if (event.pointerId === pointer) pointer = null;
    });
  }
  clear?.addEventListener("click", () => {
    strokes = [];
    show();
    announce("İmza silindi.");
  });
}

function at(pad: SVGSVGElement, event: PointerEvent): Point {
  const box = pad.getBoundingClientRect();
  const sheet = pad.viewBox.baseVal;
  const scale = (value: number, size: number, units: number): number => Math.min(units, Math.max(0, Math.round((value / size) * units)));
  return [scale(event.clientX - box.left, box.width, sheet.width), scale(event.clientY - box.top, box.height, sheet.height)];
}
