package io.pgproxy.core.internal.hook;

import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.PgError;
import org.jspecify.annotations.Nullable;

/** Sees the answer to Close of a portal. */
final class PortalCloseWatch extends Watch {
    private final Names.Change<?> change;
    private final @Nullable Portal portal;

    PortalCloseWatch(HookSession session, Names.Change<?> change, @Nullable Portal portal) {
        super(session);
        this.change = change;
        this.portal = portal;
    }

    @Override
    public void noted(byte tag, Upstream upstream) {
        if (tag == '3') {
            change.confirm();
            if (portal != null) {
                portal.gone();
            }
        }
    }

    @Override
    void failed(PgError error) {
        change.drop();
    }

    @Override
    void unanswered() {
        change.drop();
    }
}
