package io.pgproxy.audit;

import io.pgproxy.hook.AdmitHook;
import io.pgproxy.hook.Answer;
import io.pgproxy.hook.AnswerHook;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.SessionHook;
import io.pgproxy.hook.Startup;
import io.pgproxy.hook.Statement;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import java.time.Duration;

/**
 * Lets in what there is room for. An execution is promised its place here. Sessions and statements wait for room
 * without a promise: of them may come records that nobody asks for a place, such as those of refused statements.
 */
final class AdmissionGate implements SessionHook, AnswerHook, AdmitHook {
    /** Beyond the patience of who waits: that has an error of its own. */
    private static final Duration GRACE = Duration.ofSeconds(20);

    private final Bookkeeping books;
    private final Ledger ledger;
    private final Room room;
    private final Waiters waiters;
    private final Duration longest;

    AdmissionGate(Bookkeeping books, Ledger ledger, Room room, Waiters waiters, Duration patience) {
        this.books = books;
        this.ledger = ledger;
        this.room = room;
        this.waiters = waiters;
        this.longest = patience.plus(GRACE);
    }

    @Override
    public Verdict<Startup> connected(Session session, Startup startup) {
        return whenThereIsRoom();
    }

    @Override
    public Verdict<Terms> authenticated(Session session) {
        return Verdict.proceed();
    }

    @Override
    public Verdict<Answer> answer(Statement statement) {
        return whenThereIsRoom();
    }

    private <T> Verdict<T> whenThereIsRoom() {
        if (room.isClosed()) {
            return Waiters.over();
        }
        return room.isFull() ? deferred(waiters.add(false)) : Verdict.proceed();
    }

    @Override
    public Verdict<Terms> admit(Execution execution) {
        Trail trail = books.trail(execution.session());
        if (room.promise()) {
            trail.promised();
            return Verdict.proceed();
        }
        if (room.isClosed()) {
            return Waiters.over();
        }
        Waiter<Terms> waiter = waiters.add(true);
        trail.waits(execution, waiter);
        return deferred(waiter);
    }

    private <T> Verdict<T> deferred(Waiter<T> waiter) {
        ledger.wake(); // it may have lain down for a moment
        return Verdict.defer(waiter, longest);
    }
}
