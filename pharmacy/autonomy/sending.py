"""The worker that answers what the gate let through: by the model, past the gate again, visibly automatic."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.ai import suggest
from pharmacy.audit.automatic import ROLE, pharmacy_itself
from pharmacy.audit.trail import Action, record
from pharmacy.autonomy.gate import load_gate, why_not
from pharmacy.autonomy.states import advance, mode_of
from pharmacy.autonomy.tables import AutoReply
from pharmacy.chat.messages import append, messages_after
from pharmacy.chat.threads import announce
from pharmacy.core.clock import JST, Clock
from pharmacy.core.database import Database
from pharmacy.core.hub import Hub
from pharmacy.core.tables import Patient, Thread
from pharmacy.core.texts import digest_of
from pharmacy.core.worker import LOOK_SECONDS, Worker
from pharmacy.evaluation.states import active_version
from pharmacy.privacy.standing import AI_DRAFTS, consents
from pharmacy.settings import Settings

AUTHOR: Final = "AI自動返信"


class AutoReplies(Worker):
    """An answer does not end the waiting for a human. The mode is read again at the very moment of sending."""

    name = "auto_replies"

    def __init__(self, database: Database, clock: Clock, hub: Hub, settings: Settings) -> None:
        self._database = database
        self._clock = clock
        self._hub = hub
        self._settings = settings
        super().__init__()

    def look(self) -> float:
        """Answer, or hold, whatever waits."""
        with self._database.read() as session:
            waiting = session.scalars(select(AutoReply.id).where(AutoReply.state == "waiting")).all()
        for reply_id in waiting:
            self._answer(reply_id)
        return LOOK_SECONDS

    def _answer(self, reply_id: str) -> None:
        suggestion, trouble = self._ask(reply_id)
        with self._database.write() as session:
            reply = session.get_one(AutoReply, reply_id, with_for_update=True)
            thread = session.get_one(Thread, reply.thread_id, with_for_update=True)
            if reply.state != "waiting":
                return
            reason = trouble or self._why_hold(session, reply, thread, suggestion.text if suggestion else "")
            if reason is None and suggestion is not None:
                self._send(session, reply, thread, suggestion)
            else:
                advance(reply, "hold", reason)
                self._record(session, Action.AUTO_REPLY_HELD, reply, thread, reason=reason)
        announce(self._hub, thread)

    def _ask(self, reply_id: str) -> tuple[suggest.Suggestion | None, str | None]:
        """What the model says, or why it is not even asked."""
        with self._database.read() as session:
            reply = session.get_one(AutoReply, reply_id)
            thread = session.get_one(Thread, reply.thread_id)
            if reason := self._why_hold(session, reply, thread, None):
                return None, reason
            patient = session.get_one(Patient, thread.patient_id)
            seen = messages_after(session, thread.id, max(0, thread.last_seq - 4 * suggest.TURNS))
            version = active_version(session, thread.branch)
        year = self._clock.now().astimezone(JST).year
        try:
            return suggest.ask(self._settings, suggest.prompt(patient, seen, year, version), version), None
        except suggest.AiUnavailableError:
            return None, "ai_unavailable"

    def _why_hold(self, session: Session, reply: AutoReply, thread: Thread, text: str | None) -> str | None:
        if mode_of(session, thread.branch) != "auto_send":
            return "switched_off"
        if not consents(session, thread.patient_id, AI_DRAFTS):
            return "no_consent"
        if thread.urgency != "green" or thread.crisis or thread.needs_check:
            return "urgent"
        if thread.last_patient_seq != reply.asked_seq or thread.last_reply_seq > reply.asked_seq:
            return "stale"
        return None if text is None else why_not(text, session.get_one(Patient, thread.patient_id))

    def _send(self, session: Session, reply: AutoReply, thread: Thread, suggestion: suggest.Suggestion) -> None:
        message = append(
            session, self._clock, thread, "automatic", suggestion.text, AUTHOR, notice="auto_reply", draft_id=reply.id
        )
        advance(reply, "send")
        reply.message_id = message.id
        self._record(
            session,
            Action.AUTO_REPLY_SENT,
            reply,
            thread,
            seq=message.seq,
            model=suggestion.model,
            digest=digest_of(suggestion.text),
        )

    def _record(self, session: Session, action: Action, reply: AutoReply, thread: Thread, **detail: object) -> None:
        record(
            session,
            self._clock,
            pharmacy_itself(thread.branch),
            ROLE,
            action,
            f"auto_reply:{reply.id}",
            thread=thread,
            topic=reply.topic,
            gate_version=load_gate().version,
            **detail,
        )
