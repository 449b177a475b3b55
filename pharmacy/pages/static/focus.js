// Where the keyboard is. Whoever pressed what is there no more goes on nearby, and not from the beginning of the page.
let last = null; // what had the focus
let around = []; // what it stood in, from the inside out
let recovered = null; // the heading that took its place

const there = (one) => one.isConnected && one.checkVisibility();

addEventListener("focusin", ({ target }) => {
  last = target;
  around = [];
  for (let one = target.parentElement; one; one = one.parentElement) around.push(one);
});

addEventListener("pointerdown", () => {
  last = null; // whoever points goes where they point
});

// To what was drawn anew under the same id, else to the nearest heading that is left.
function recover() {
  const active = document.activeElement;
  if (!last || (active && active !== document.body && active !== last)) return;
  if (there(last)) {
    if (!last.disabled) last.focus(); // it was disabled while its answer was waited for
    return;
  }
  const again = last.id && document.getElementById(last.id);
  const headings = around.filter(there).map((one) => [...one.querySelectorAll("h1, h2, h3")].find(there));
  const to = again && there(again) ? again : headings.find(Boolean);
  last = null;
  if (!to) return;
  if (to !== again) to.tabIndex = -1;
  recovered = to;
  to.focus();
}

new MutationObserver(recover).observe(document.body, { subtree: true, childList: true, attributeFilter: ["hidden", "disabled"] });

// Moves the keyboard on after an answer came, unless the person has gone elsewhere meanwhile. `from` is what was pressed.
export function moveFocus(from, to) {
  const active = document.activeElement;
  if ([null, document.body, from, recovered].includes(active)) to.focus();
}
