package io.pgproxy.core.internal.session;

import io.pgproxy.protocol.PgError;
import java.util.function.Consumer;

/** A FATAL error that waits for its turn, behind the answers to what was asked before. */
final class LastWord implements TurnSource {
    private final PgError error;
    private final Consumer<PgError> say;

    LastWord(PgError error, Consumer<PgError> say) {
        this.error = error;
        this.say = say;
    }

    @Override
    public void takeTurn() {
        say.accept(error);
    }

    @Override
    public void waitForTurn() {}
}
