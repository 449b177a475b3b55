// An unattended screen: warns, then locks. The pharmacy locks by itself as well; this only makes it visible in time.
import { call } from "./api.js";
import { byId, el, t } from "./elements.js";

const TOLD_EVERY = 60_000; // milliseconds

export function lockWhenIdle({ warn_seconds: warn, lock_seconds: lock }, lockScreen) {
  let told = Date.now();
  let timers = [];
  const warning = el("div"); // takes no room until there is something to say
  byId("main").prepend(warning);

  function begin() {
    timers.forEach(clearTimeout);
    warning.replaceChildren();
    timers = [
      setTimeout(() => warning.append(el("p", { class: "notice", role: "alert", "aria-label": t("idle") }, t("idle.warning", { seconds: lock - warn }))), warn * 1000),
      setTimeout(lockScreen, lock * 1000),
    ];
  }

  // A keystroke or a touch: the person is there. Told to the pharmacy now and then, not each time.
  function touched() {
    begin();
    if (Date.now() - told < TOLD_EVERY) return;
    told = Date.now();
    call("POST", "/api/me/activity").catch(() => {}); // a locked session has locked the screen by now
  }

  for (const sign of ["keydown", "pointerdown"]) addEventListener(sign, touched);
  begin();
}
