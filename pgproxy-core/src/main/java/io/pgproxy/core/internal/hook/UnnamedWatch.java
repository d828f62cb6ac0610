package io.pgproxy.core.internal.hook;

import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.PgError;

/** Sees the answer to an empty Query: the server forgets the unnamed statement, unless it skips the Query. */
final class UnnamedWatch extends Watch {
    private final Names.Change<?> unnamed;

    UnnamedWatch(HookSession session, Names.Change<?> unnamed) {
        super(session);
        this.unnamed = unnamed;
    }

    @Override
    public void begins(Upstream upstream) {
        unnamed.confirm();
        super.begins(upstream);
    }

    @Override
    void failed(PgError error) {}

    @Override
    void unanswered() {
        unnamed.drop();
    }
}
