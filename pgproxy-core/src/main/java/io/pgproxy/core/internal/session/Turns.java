package io.pgproxy.core.internal.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The order in which exchanges reach the client: that in which they began, whoever answers them.
 *
 * <p>A turn is a run of exchanges in flight with one source. The first turn's source may write to the client; others
 * wait: an upstream is held, an answer of the proxy's own has not been asked for yet. A session with one upstream has
 * one turn for ever, so pipelining keeps its depth and costs a counter.
 */
final class Turns {
    private final ArrayDeque<Turn> queue = new ArrayDeque<>(2);
    private final List<TurnSource> standing = new ArrayList<>(1);

    /** An upstream that may have something to say without being asked: while nothing is in flight, all of them may. */
    void attach(TurnSource source) {
        standing.add(source);
        if (!isIdle()) {
            source.waitForTurn();
        }
    }

    /** An upstream that this client no longer has. */
    void detach(TurnSource source) {
        standing.remove(source);
    }

    /** An exchange begins with an upstream, or with an answer of the proxy's own. */
    void begin(TurnSource source) {
        Turn last = queue.peekLast();
        boolean idle = isIdle();
        if (last != null && last.source == source) {
            last.exchanges++;
            if (idle) {
                othersWait(source);
            }
            return;
        }
        if (idle) {
            queue.clear();
        }
        queue.add(new Turn(source));
        if (idle) {
            othersWait(source);
            source.takeTurn();
        } else if (current() != source) {
            source.waitForTurn();
        }
    }

    /** An exchange of the first turn has ended, or will have no end of its own. */
    void ended(TurnSource source, int exchanges) {
        Turn first = queue.peek();
        if (first == null || first.source != source) {
            throw new IllegalStateException("an exchange ended out of turn");
        }
        first.exchanges = Math.max(0, first.exchanges - exchanges);
        if (!first.isOver()) {
            return;
        }
        if (queue.size() == 1) {
            everybodyMaySpeak();
        } else {
            queue.poll();
            first.source.waitForTurn();
            queue.element().source.takeTurn(); // it may be over within this call, and go on from there
        }
    }

    /** An exchange that is alone goes on elsewhere: nothing of it was sent where it began. */
    void handOver(TurnSource from, TurnSource to) {
        if (!isAlone(from)) {
            throw new IllegalStateException("an exchange in flight stays where it is");
        }
        queue.clear();
        queue.add(new Turn(to));
        othersWait(to);
        to.takeTurn();
    }

    /** An exchange that was thought to have been sent whole goes on. */
    void reopened(TurnSource source) {
        Turn first = queue.peek();
        if (first != null && first.source == source) {
            first.exchanges++;
        }
    }

    /** The session is over. */
    void abandon() {
        for (Turn turn = queue.poll(); turn != null; turn = queue.poll()) {
            turn.source.abandoned();
        }
    }

    private void othersWait(TurnSource source) {
        if (standing.size() != 1 || standing.get(0) != source) {
            for (TurnSource other : standing) {
                if (other != source) {
                    other.waitForTurn();
                }
            }
        }
    }

    private void everybodyMaySpeak() {
        for (int i = 0; i < standing.size() && isIdle(); i++) {
            standing.get(i).takeTurn(); // the next exchange may begin within this call, and is no other's
        }
    }

    /** Whether every exchange has been answered. */
    boolean isIdle() {
        Turn first = queue.peek();
        return first == null || (queue.size() == 1 && first.isOver());
    }

    /** Whether one exchange of this source is all that is under way. */
    boolean isAlone(TurnSource source) {
        Turn first = queue.peek();
        return first != null && queue.size() == 1 && first.source == source && first.exchanges == 1;
    }

    /** Whose turn it is; null before the first exchange. */
    @Nullable
    TurnSource current() {
        Turn first = queue.peek();
        return first == null ? null : first.source;
    }

    private static final class Turn {
        final TurnSource source;
        int exchanges = 1;

        Turn(TurnSource source) {
            this.source = source;
        }

        boolean isOver() {
            return exchanges == 0;
        }
    }
}
