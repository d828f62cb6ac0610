package io.pgproxy.core.internal.hook;

import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.PgError;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sees the answer to Parse, Bind or Close: the name changes if it succeeds. */
final class NameWatch extends Watch {
    private final Names.Change<?> change;
    private final @Nullable HookExecution bound;
    private final Consumer<Upstream> confirmed;

    /**
     * A watch.
     *
     * @param change what the message does to a name
     * @param bound the execution that a Bind begins
     * @param confirmed told of the upstream that has done it
     */
    NameWatch(
            HookSession session, Names.Change<?> change, @Nullable HookExecution bound, Consumer<Upstream> confirmed) {
        super(session);
        this.change = change;
        this.bound = bound;
        this.confirmed = confirmed;
    }

    @Override
    public void noted(byte tag, Upstream upstream) {
        if (tag == '1' || tag == '2' || tag == '3') {
            change.confirm();
            confirmed.accept(upstream);
        }
    }

    @Override
    void failed(PgError error) {
        change.drop();
        if (bound != null) {
            bound.failed(error);
        }
    }

    @Override
    void unanswered() {
        change.drop();
        if (bound != null) {
            bound.skipped();
        }
    }
}
