package io.pgproxy.sql.differential;

import io.pgproxy.testkit.peer.WireMessage;
import java.util.Objects;

/**
 * What a server's grammar says of a text.
 *
 * @param outcome how many statements it is
 * @param position of an error, in characters from 1; 0 if there is none
 * @param message the error's text
 */
record ParserAnswer(Outcome outcome, int position, String message) {

    /** What a text is. */
    enum Outcome {
        /** One statement. */
        ONE,
        /** Several statements. */
        SEVERAL,
        /** Nothing but blanks and comments, or one statement that ends a transaction. */
        NONE_OR_END,
        /** An error. */
        REFUSED
    }

    static ParserAnswer of(WireMessage message) {
        if (message.tag() == '1') {
            return new ParserAnswer(Outcome.NONE_OR_END, 0, "");
        }
        String text = Objects.requireNonNull(message.text());
        if ("25P02".equals(message.sqlState())) {
            return new ParserAnswer(Outcome.ONE, 0, "");
        }
        if (text.startsWith("cannot insert multiple commands")) {
            return new ParserAnswer(Outcome.SEVERAL, 0, "");
        }
        String position = message.field('P');
        return new ParserAnswer(Outcome.REFUSED, position == null ? 0 : Integer.parseInt(position), text);
    }

    boolean isOne() {
        return outcome == Outcome.ONE;
    }

    boolean isRefused() {
        return outcome == Outcome.REFUSED;
    }

    /** Whether the scanner, not the grammar, could not go on. */
    boolean isLexical() {
        return message.startsWith("unterminated")
                || message.startsWith("zero-length delimited identifier")
                || message.startsWith("trailing junk")
                || message.startsWith("operator too long");
    }
}
