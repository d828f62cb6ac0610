package io.pgproxy.core.internal.pool;

import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.protocol.frame.Frame;
import java.util.HashMap;
import java.util.Map;

/**
 * Whether it is known what a name means: by SQL names may still be given or taken, and a Parse or Close of an exchange
 * before this one may turn out to have been skipped.
 */
final class NamesInFlight {
    private static final int NONE = -1;

    /** Whether what names mean depends on an answer that may not have come yet. */
    private boolean due;

    /** In which exchange names were given or taken that are not answered yet; until then it may have been skipped. */
    private final Map<String, Integer> sent = new HashMap<>(0);

    private int exchange;

    /** In which the statement without a name was last given or taken, if that is not answered yet; or NONE. */
    private int unnamedIn = NONE;

    /** SQL gives or takes names. */
    void bySql() {
        due = true;
    }

    /** A statement's name is given, or taken. */
    void given(String name) {
        if (name.isEmpty()) {
            unnamedIn = exchange;
        } else {
            sent.put(name, exchange);
        }
    }

    /** The statement without a name is given, or taken. */
    void unnamedGiven() {
        unnamedIn = exchange;
    }

    boolean isUnnamedSure() {
        return unnamedIn == NONE || unnamedIn == exchange;
    }

    /** What is sent from here on belongs to the next exchange. */
    void exchangeEnded() {
        exchange++;
    }

    /** Nothing that was sent is due any more. */
    void settled() {
        sent.clear();
        unnamedIn = NONE;
    }

    /** Whether a message has to wait until it is known what it names. */
    boolean mustWait(Frame frame, ExpectedAnswers answers) {
        if (!due && sent.isEmpty() && isUnnamedSure()) {
            return false;
        }
        byte tag = frame.tag();
        if (answers.isEmpty() || answers.isSkipping() || tag == 'E' || tag == 'Q') {
            due &= !answers.isEmpty() && !answers.isSkipping();
            return false;
        }
        boolean names = tag == 'P' || tag == 'B' || ((tag == 'D' || tag == 'C') && !NamesInMessages.isOfPortal(frame));
        if (!names || due) {
            return names;
        }
        int offset = tag == 'P' ? 0 : tag == 'B' ? NamesInMessages.ofStatement(frame) : 1;
        String name = NamesInMessages.nameAt(frame, offset);
        return name.isEmpty()
                ? (tag == 'B' || tag == 'D') && !isUnnamedSure()
                : sent.getOrDefault(name, exchange) != exchange;
    }
}
