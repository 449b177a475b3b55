// What every page does: words, elements, the language button, signing out, saying no.
import { call, LOCKED, signOut } from "./api.js";
import { wayOn } from "./hold.js";
import { lockWhenIdle } from "./idle.js";
import { texts } from "./texts.js";

export { moveFocus } from "./focus.js";

const locale = document.documentElement.lang;

export const byId = (id) => document.getElementById(id);

// The words of a key; `{name}` is filled from `names`.
export function t(key, names = {}) {
  const words = texts[key];
  if (words === undefined) throw new Error(`no text ${key}`);
  return words.replace(/\{(\w+)\}/g, (_, name) => names[name]);
}

// The words of a key when the catalogue has it, else the value itself: the server may know more states than we do.
export const tOr = (key, value) => texts[key] ?? value;

// Several things in one line.
export const listed = (words) => words.join(locale === "en" ? ", " : "、");

export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

// Sets text only when it differs: no work for the browser, nothing announced twice.
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const clockTime = new Intl.DateTimeFormat(locale, { timeZone: "Asia/Tokyo", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayAndTime = new Intl.DateTimeFormat(locale, {
  timeZone: "Asia/Tokyo", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});
// Swedish writes 2026-01-31.
const day = new Intl.DateTimeFormat("sv", { timeZone: "Asia/Tokyo" });

export const todayInJapan = () => day.format(new Date());

export const dayInJapan = (instant) => day.format(new Date(instant));

export function timeElement(instant) {
  const date = new Date(instant);
  const today = day.format(date) === todayInJapan();
  return el("time", { datetime: instant }, (today ? clockTime : dayAndTime).format(date));
}

// An API problem in words; without a problem the place is emptied.
export function showProblem(place, problem) {
  if (!problem) {
    place.replaceChildren();
    return;
  }
  const alert = el("div", { role: "alert", "aria-label": t("error"), class: "alert" });
  place.replaceChildren(alert); // first the empty alert, then its words: so that they are announced
  alert.append(el("strong", {}, problem.message));
}

const DENIED_CODES = new Set(["session_locked", "other_session", "new_device", "mfa_required", "device_not_compliant", "role_denied", "not_found", "not_signed_in"]);

// Puts the reason in place of the page when the page as a whole is refused; true when it did.
export function denyPage(problem, { reason = problem.code } = {}) {
  if (!DENIED_CODES.has(problem.code) && !reason.endsWith("_only")) return false;
  const title = t(`denied.${reason}.title`);
  const [href, key] = {
    staff_only: ["/chat", "denied.to_chat"],
    patient_only: ["/console", "denied.to_console"],
    not_found: ["/console", "denied.to_console"],
  }[reason] ?? (/^\/(console|oversight|protection)/.test(location.pathname) ? ["/sign-in/staff", "sign_in.staff"] : ["/sign-in/patient", "sign_in.patient"]);
  byId("denied").replaceChildren(
    el("h1", { tabindex: "-1" }, title),
    el("p", {}, t(`denied.${reason}.text`)),
    ...wayOn(reason),
    el("p", { class: "actions" },
      el("a", { href, class: "button" }, t(key)),
      el("a", { href: "/" }, t("denied.home"))),
  );
  byId("denied").hidden = false;
  byId("content").hidden = true;
  document.title = `${title} | ${t("brand")}`;
  byId("denied").firstChild.focus();
  return true;
}

// Nobody is at the screen: what stands on it is hidden, and what was being written stays where it is.
export function lockScreen() {
  if (byId("denied") && byId("denied").hidden) denyPage({ code: "session_locked" });
}

addEventListener(LOCKED, lockScreen);

// Who is signed in, if this page is for them; null when the page has said no.
export async function signedIn(kind) {
  let me;
  try {
    me = await call("GET", "/api/me");
  } catch (problem) {
    if (!denyPage(problem)) showProblem(byId("problem"), problem);
    return null;
  }
  byId("sign-out").hidden = false;
  if (me.idle) lockWhenIdle(me.idle);
  if (me.kind !== kind) {
    denyPage({ code: "" }, { reason: kind === "staff" ? "staff_only" : "patient_only" });
    return null;
  }
  return me;
}

let leaving = false;

// Signs out when `mayLeave` agrees, and leaves nothing of a person on this device.
export function onSignOut(mayLeave = async () => true) {
  byId("sign-out").addEventListener("click", async () => {
    if (!(await mayLeave())) return;
    try {
      await signOut();
    } catch (problem) {
      showProblem(byId("problem"), problem);
      return;
    }
    leaving = true;
    sessionStorage.clear();
    localStorage.clear();
    location.assign("/");
  });
}

// What is being typed outlives a reload (change of language, new sign-in) in this tab.
export function keepTyped(field, key) {
  field.value ||= sessionStorage.getItem(key) ?? "";
  addEventListener("pagehide", () => {
    if (leaving) return;
    if (field.value) sessionStorage.setItem(key, field.value);
    else sessionStorage.removeItem(key);
  });
}

// A reading that is asked for again while under way is done once more afterwards, not many times at once.
export function oneAtATime(read) {
  let underWay = null;
  let again = false;
  return () => {
    again = true;
    underWay ??= (async () => {
      try {
        while (again) {
          again = false;
          await read();
        }
      } finally {
        underWay = null;
      }
    })();
    return underWay;
  };
}

// The dialog's answer: the value of the button that closed it.
export function ask(dialog) {
  return new Promise((resolve) => {
    dialog.returnValue = "";
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
    dialog.showModal();
  });
}

byId("language").addEventListener("click", ({ currentTarget }) => {
  document.cookie = `language=${currentTarget.lang}; Path=/; Max-Age=31536000; SameSite=Lax`;
  location.reload();
});

byId("renewed-reload")?.addEventListener("click", () => location.reload());

// A page taken back from the browser's memory would show what was true before.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
