package io.pgproxy.core.internal.hook;

import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.PgError;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sees the answer to Parse, Bind or Close: the name changes if it succeeds. */
class NameWatch extends Watch {
    private final Names.Change<?> change;
    private final Consumer<Upstream> confirmed;
    private final Consumer<@Nullable PgError> failed;

    /**
     * A watch.
     *
     * @param change what the message does to a name
     * @param confirmed told of the upstream that has done it
     * @param failed told instead, of the error or, with null, that something before it has failed
     */
    NameWatch(
            HookSession session,
            Names.Change<?> change,
            Consumer<Upstream> confirmed,
            Consumer<@Nullable PgError> failed) {
        super(session);
        this.change = change;
        this.confirmed = confirmed;
        this.failed = failed;
    }

    /** A watch that nobody but the name depends on. */
    NameWatch(HookSession session, Names.Change<?> change) {
        this(session, change, upstream -> {}, error -> {});
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
        failed.accept(error);
    }

    @Override
    void unanswered() {
        change.drop();
        failed.accept(null);
    }
}
