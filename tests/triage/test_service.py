"""What staff may do, see and search; each role against each action."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest

from assistant.errors import BadInput, NotAllowed, NotFound, NotSignedIn, TooMany
from assistant.triage import Actor, BulkDesk, Disposition, QueueFilter, WaitingOn, load_roles
from assistant.triage.staff import LOCKED_FOR, MAX_FAILED_SIGN_INS
from assistant.types import Code
from tests.triage.room_tools import EVALUATOR, FRIDAY, SAFETY, SAFETY_TWO, TRIAGER, Bench

NOBODY = Actor("stf_nobody", frozenset())


def bulk_desk(bench: Bench) -> BulkDesk:
    """What works many cases at once."""
    return BulkDesk(bench.database, bench.room.repository, load_roles(), bench.clock)


def actions(bench: Bench, case_id: str, actor: Actor) -> dict[str, object]:
    """Every action of the service, ready to be tried."""
    service = bench.room.service
    return {
        "list": lambda: service.list(actor, QueueFilter()),
        "read": lambda: service.get(actor, case_id),
        "claim": lambda: service.claim(actor, case_id),
        "assign": lambda: service.assign(actor, case_id, "stf_other"),
        "triage": lambda: service.triage(actor, case_id),
        "note": lambda: service.note(actor, case_id, "a note"),
        "reply": lambda: service.reply(actor, case_id, "a reply"),
        "qc": lambda: service.send_to_qc(actor, case_id),
        "wait": lambda: service.wait(actor, case_id, WaitingOn.EXPERT, "asked"),
        "forward": lambda: service.forward(actor, case_id, "report"),
        "acknowledge": lambda: service.acknowledge(actor, case_id, desk="pv", safety_id="PV-1"),
        "dispose_safety": lambda: service.dispose(actor, case_id, Disposition.REPORTABLE, "valid"),
        "close": lambda: service.close(actor, case_id, "done"),
        "reopen": lambda: service.reopen(actor, case_id, "again"),
        "bulk": lambda: bulk_desk(bench).close(actor, QueueFilter(), Disposition.NO_ACTION, "old"),
        "reconcile": lambda: service.reconcile(actor, date(2026, 11, 20)),
    }


@pytest.mark.parametrize("role", [*load_roles().roles, None])
def test_each_role_may_do_what_the_table_says_and_nothing_else(bench: Bench, role: str | None) -> None:
    actor = Actor("stf_1", frozenset({role} if role else ()))
    case_id = bench.case()
    for action, attempt in actions(bench, case_id, actor).items():
        allowed = role in load_roles().actions[action]
        if allowed:
            # The lifecycle may still refuse the step; the role does not.
            with suppress(BadInput):
                attempt()  # type: ignore[operator]
        else:
            with pytest.raises(NotAllowed):
                attempt()  # type: ignore[operator]


def test_an_action_nobody_listed_is_refused_to_everybody() -> None:
    assert not load_roles().allows(Actor("stf_1", frozenset(load_roles().roles)), "launch")


def test_a_claim_is_a_soft_lock(bench: Bench) -> None:
    service, case_id = bench.room.service, bench.case()
    lock = service.claim(TRIAGER, case_id)
    assert (lock.until - FRIDAY).total_seconds() == 20 * 60
    with pytest.raises(NotAllowed, match="working on this case"):
        service.claim(SAFETY, case_id)
    service.note(SAFETY, case_id, "others may still write")
    bench.clock.forward(minutes=10)
    assert service.claim(TRIAGER, case_id).until > lock.until
    bench.clock.forward(minutes=21)
    service.claim(SAFETY, case_id)
    view = service.get(SAFETY, case_id)
    assert view.lock is not None and view.lock.staff_id == SAFETY.actor_id
    assert [event.kind.value for event in view.events].count("assigned") == 2
    service.release(SAFETY, case_id)
    assert service.get(SAFETY, case_id).lock is None


def test_the_queue_is_ordered_by_deadline_and_filters(bench: Bench) -> None:
    contact = bench.case("call me", Code.CONTACT, conversation_id="con_1")
    safety = bench.case("rash on Verzenio", Code.AE_NONSER, conversation_id="con_2")
    serious = bench.case("died on Verzenio", Code.AE_SERIOUS, conversation_id="con_3")
    service = bench.room.service

    def ids(**wanted: object) -> list[str]:
        return [line.case.case_id for line in service.list(TRIAGER, QueueFilter(**wanted)).cases]  # type: ignore[arg-type]

    assert ids() == [serious, safety, contact]
    assert ids(codes=("AE-NONSER",)) == [safety]
    assert ids(families=("AE",)) == [serious, safety]
    assert ids(priorities=("P1",)) == [serious]
    assert ids(safety_states=("none",)) == [contact]
    service.claim(TRIAGER, safety)
    assert ids(assignee=TRIAGER.actor_id) == [safety]
    assert ids(is_unassigned=True) == [serious, contact]
    assert ids(is_unread=False) == [safety]
    assert ids(text="verzenio RASH") == [safety]
    assert ids(text="100%") == []
    assert ids(text=serious) == [serious]
    assert ids(received_from=FRIDAY.replace(hour=23)) == []
    page = service.list(TRIAGER, QueueFilter(), limit=1, offset=1)
    assert (page.total, page.cases[0].case.case_id) == (3, safety)
    counts = service.counts(TRIAGER)
    assert (counts.open, counts.unassigned, counts.safety_undecided, counts.by_code["AE-SERIOUS"]) == (3, 2, 2, 1)


def test_counts_by_clock(bench: Bench) -> None:
    bench.case()
    bench.clock.forward(hours=19, minutes=30)
    assert bench.room.service.counts(TRIAGER).safety_due_soon == 0
    bench.clock.forward(hours=1)
    assert bench.room.service.counts(TRIAGER).safety_due_soon == 1
    bench.clock.forward(hours=5)
    assert bench.room.service.counts(TRIAGER).overdue == 1
    assert [line.case.family for line in bench.room.service.alarms(TRIAGER).overdue] == ["AE"]


def test_bulk_closing_is_dry_first_and_never_touches_reports(bench: Bench) -> None:
    service = bench.room.service
    safety = bench.case(conversation_id="con_1")
    gaps = [bench.case("unknown", Code.NO_CONTENT, conversation_id=f"con_{number}") for number in (2, 3)]
    dry = bulk_desk(bench).close(TRIAGER, QueueFilter(), Disposition.NO_ACTION, "old")
    assert (dry.matched, set(dry.done), set(dry.refused), dry.is_dry_run) == (3, set(gaps), {safety}, True)
    assert service.list(TRIAGER, QueueFilter()).total == 3
    bulk_desk(bench).close(TRIAGER, QueueFilter(), Disposition.NO_ACTION, "old", dry_run=False)
    assert [line.case.case_id for line in service.list(TRIAGER, QueueFilter()).cases] == [safety]
    assert bench.audit.verify().faults == ()


def test_a_reader_can_open_a_case_for_a_message_that_was_missed(bench: Bench) -> None:
    bench.say("she has been feeling off since the new pill")
    bench.clock.forward(hours=30)
    reference = bench.room.service.open_case(EVALUATOR, "con_1", "con_1_1", Code.AE_NONSER, "a real patient")
    # The duty counts from the message, so this one is late already, and says so.
    assert reference.due_at < bench.clock()
    view = bench.room.service.get(SAFETY, reference.case_id)
    assert view.events[0].actor == EVALUATOR.actor_id
    with pytest.raises(NotFound):
        bench.room.service.open_case(EVALUATOR, "con_1", "con_9", Code.AE_NONSER, "x")


def test_related_cases_and_likely_duplicates_are_shown_and_never_merged(bench: Bench) -> None:
    one = bench.say("62F on Verzenio with grade 3 diarrhea", Code.AE_NONSER, matched="grade 3 diarrhea").cases[0].case_id
    two = (
        bench.say(
            "my 62 yo lady has grade 3 diarrhea on abemaciclib",
            Code.AE_NONSER,
            matched="grade 3 diarrhea",
            conversation_id="con_2",
        )
        .cases[0]
        .case_id
    )
    bench.say("35M on Verzenio with grade 3 diarrhea", Code.AE_NONSER, matched="grade 3 diarrhea", conversation_id="con_3")
    [duplicate] = bench.room.service.get(SAFETY, two).duplicates
    assert (duplicate.case_id, duplicate.score) == (one, 1.0)
    assert set(duplicate.agrees) == {"product", "event", "age", "sex", "dates"}
    assert bench.room.service.list(SAFETY, QueueFilter()).total == 3


@pytest.mark.parametrize("text", ["", "   ", "x" * 20_001])
def test_empty_and_endless_notes_are_refused(bench: Bench, text: str) -> None:
    with pytest.raises(BadInput):
        bench.room.service.note(TRIAGER, bench.case(), text)


def test_the_daily_list_names_what_is_wrong(bench: Bench) -> None:
    service = bench.room.service
    day = date(2026, 11, 20)
    waiting = bench.case(conversation_id="con_1")
    sent = bench.case(conversation_id="con_2")
    done = bench.case(conversation_id="con_3")
    dismissed = bench.case(conversation_id="con_4")
    bench.case("call me", Code.CONTACT, conversation_id="con_5")
    for case_id in (sent, done):
        service.forward(SAFETY, case_id, "report")
    bench.dispatch()
    service.acknowledge(SAFETY, done, desk="pv", safety_id="PV-3")
    service.dispose(SAFETY, dismissed, Disposition.NOT_REPORTABLE, "a question")
    service.second_read(SAFETY_TWO, dismissed, agrees=True, reason="agreed")

    def found(received: dict[str, str] | None = None) -> dict[str | None, tuple[str, ...]]:
        return {line.case_id: line.discrepancies for line in service.reconcile(SAFETY, day, received).lines}

    assert found() == {waiting: ("not handed over",), sent: ("not acknowledged",), done: (), dismissed: ()}
    theirs = {done: "PV-3", "MI-UNKNOWN": "PV-9"}
    assert found(theirs)[sent] == ("not acknowledged", "not on the desk's list")
    assert service.reconcile(SAFETY, day, theirs).unknown_ids == ("MI-UNKNOWN",)
    assert found({done: "PV-4"})[done] == ("the desk's list has the id PV-4, we have PV-3",)
    assert service.confirm_reconciled(SAFETY, service.reconcile(SAFETY, day, theirs)) == 1
    assert service.get(SAFETY, done).state.safety_state == "reconciled"
    bench.clock.forward(hours=25)
    assert found()[waiting] == ("not handed over", "late")
    assert service.reconcile(SAFETY, date(2026, 11, 19)).lines == ()


def test_a_flagged_message_without_a_case_is_on_the_daily_list(bench: Bench) -> None:
    from assistant.storage.conversations import add_message

    bench.say("hello")
    bench.database.write(
        lambda connection: add_message(
            connection, message_id="lost", conversation_id="con_1", text="a rash", codes=("AE-NONSER",), at=bench.clock()
        )
    )
    [line] = bench.room.service.reconcile(SAFETY, date(2026, 11, 20)).lines
    assert (line.case_id, line.discrepancies) == (None, ("flagged, but there is no case",))


class TestStaff:
    """Accounts and sign-in."""

    PASSWORD = "correct horse battery"

    def add(self, bench: Bench, **changes: object) -> object:
        values = {"email": "a@example.org", "name": "A", "roles": ("triage",), "password": self.PASSWORD} | changes
        staff, password = bench.room.staff, str(values.pop("password"))
        password_hash = staff.hash_password(password)
        return bench.database.write(
            lambda connection: staff.add(connection, at=bench.clock(), password_hash=password_hash, **values)
        )

    def sign_in(self, bench: Bench, password: str, email: str = "A@example.org ") -> object:
        staff, at = bench.room.staff, bench.clock()
        with bench.database.read() as connection:
            found = staff.find_sign_in(connection, email, at)
        is_right = staff.matches(found.password_hash, password)
        if found.staff_id is None:
            return None
        return bench.database.write(
            lambda connection: staff.note_sign_in(connection, str(found.staff_id), is_right=is_right, at=at)
        )

    def test_passwords_are_hashed_and_checked(self, bench: Bench) -> None:
        member = self.add(bench)
        assert self.sign_in(bench, self.PASSWORD) == member
        assert self.sign_in(bench, "wrong password") is None
        assert self.sign_in(bench, self.PASSWORD, "nobody@example.org") is None
        bench.database.close()
        assert self.PASSWORD.encode() not in bench.database.path.read_bytes()

    def test_guessing_locks_the_account_for_a_while(self, bench: Bench) -> None:
        self.add(bench)
        for _ in range(MAX_FAILED_SIGN_INS):
            assert self.sign_in(bench, "guess guess guess") is None
        with pytest.raises(TooMany):
            self.sign_in(bench, self.PASSWORD)
        bench.clock.forward(seconds=LOCKED_FOR.total_seconds() + 1)
        assert self.sign_in(bench, self.PASSWORD) is not None

    def test_a_right_password_that_was_tried_before_the_lock_comes_too_late(self, bench: Bench) -> None:
        self.add(bench)
        staff, at = bench.room.staff, bench.clock()
        with bench.database.read() as connection:
            found = staff.find_sign_in(connection, "a@example.org", at)
        for _ in range(MAX_FAILED_SIGN_INS):
            self.sign_in(bench, "guess guess guess")
        with pytest.raises(TooMany):
            bench.database.write(lambda connection: staff.note_sign_in(connection, str(found.staff_id), is_right=True, at=at))

    @pytest.mark.parametrize(
        "changes", [{"email": "none"}, {"roles": ("king",)}, {"roles": ()}, {"password": "short"}, {"password": "x" * 300}]
    )
    def test_unsuitable_accounts_are_refused(self, bench: Bench, changes: dict[str, object]) -> None:
        with pytest.raises(BadInput):
            self.add(bench, **changes)

    def test_one_account_per_address(self, bench: Bench) -> None:
        self.add(bench)
        with pytest.raises(BadInput, match="already"):
            self.add(bench, email="A@EXAMPLE.org")

    def test_sessions_end_by_age_idleness_sign_out_and_deactivation(self, bench: Bench) -> None:
        member, staff = self.add(bench), bench.room.staff

        def start() -> str:
            return bench.database.write(lambda connection: staff.start_session(connection, member, bench.clock()))  # type: ignore[arg-type]

        def who(token: str) -> object:
            with bench.database.read() as connection:
                return staff.signed_in(connection, token, bench.clock())

        token = start()
        assert who(token) == member
        bench.clock.forward(minutes=61)
        with pytest.raises(NotSignedIn):
            who(token)
        for end in ("sign out", "deactivate"):
            token = start()
            bench.database.write(
                lambda connection, end=end, token=token: (
                    staff.end_session(connection, token) if end == "sign out" else staff.deactivate(connection, member.staff_id)
                )  # type: ignore[attr-defined]
            )
            with pytest.raises(NotSignedIn):
                who(token)
        with pytest.raises(NotSignedIn):
            who("forged")
