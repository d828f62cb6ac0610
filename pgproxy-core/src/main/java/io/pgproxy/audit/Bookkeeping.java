package io.pgproxy.audit;

import io.pgproxy.hook.Attribute;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.ObserveHook;
import io.pgproxy.hook.Outcome;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.SessionHook;
import io.pgproxy.hook.Statement;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import java.time.Clock;

/** Takes down what happens, on event loops. */
final class Bookkeeping implements SessionHook, ObserveHook {
    /** Who is refused so often while nothing can be written has to go: what he does would fill the memory. */
    private static final int MOST_OVERDRAWN = 100;

    private final Attribute<Trail> trails = Attribute.named("audit");
    private final Ledger ledger;
    private final Room room;
    private final boolean keepsAll;
    private final AuditText text;
    private final Clock clock;

    Bookkeeping(Ledger ledger, Room room, boolean keepsAll, AuditText text, Clock clock) {
        this.ledger = ledger;
        this.room = room;
        this.keepsAll = keepsAll;
        this.text = text;
        this.clock = clock;
    }

    /** A session may be older than the audit. */
    Trail trail(Session session) {
        Trail trail = session.get(trails);
        if (trail == null) {
            trail = new Trail(session);
            session.set(trails, trail);
        }
        return trail;
    }

    @Override
    public Verdict<Terms> authenticated(Session session) {
        Trail trail = trail(session);
        trail.begin();
        add(trail, SessionRecord.Event.BEGUN);
        return Verdict.proceed();
    }

    @Override
    public void closed(Session session) {
        Trail trail = trail(session);
        room.giveBack(trail.takePromises());
        if (trail.isBegun()) {
            add(trail, SessionRecord.Event.ENDED);
        }
    }

    private void add(Trail trail, SessionRecord.Event event) {
        SessionRecord record = new SessionRecord(clock.instant(), trail.session(), event);
        ledger.add(new SessionEntry(record, null), false);
    }

    @Override
    public void completed(Execution execution, Outcome outcome) {
        Session session = execution.session();
        Statement statement = execution.statement();
        Trail trail = trail(session);
        boolean promised = keepsAll && trail.usePromise(execution);
        boolean overdraws = keepsAll && !promised && room.isFull();
        ExecutionEntry entry = new ExecutionEntry(
                clock.instant(),
                trail.session(),
                statement.facts().kind(),
                statement.form(),
                ShownTexts.taken(text, statement),
                outcome,
                overdraws ? trail : null);
        if (overdraws && trail.overdraw() > MOST_OVERDRAWN) {
            session.drop();
        }
        ledger.add(entry, promised);
    }
}
