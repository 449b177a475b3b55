// What every page does: the language button, signing out, saying no. Its elements and words it has from elements.js.
import { call, LOCKED, signOut } from "./api.js";
import { byId, el, showProblem, t } from "./elements.js";
import { wayOn } from "./hold.js";
import { lockWhenIdle } from "./idle.js";

export { byId, dayInJapan, el, listed, setText, showProblem, t, timeElement, todayInJapan, tOr } from "./elements.js";
export { moveFocus } from "./focus.js";

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
  if (me.idle) lockWhenIdle(me.idle, lockScreen);
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
