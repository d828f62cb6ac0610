package io.pgproxy.protocol.server;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.message.frontend.Execute;

/** The answer to an Execute. */
final class PortalRun implements Run {
    private final ServerSession session;
    private final Portal portal;

    PortalRun(ServerSession session, Execute execute) {
        this.session = session;
        portal = session.portal(execute.portal());
        session.checkTransaction(portal.prepared());
        portal.start(execute.maxRows());
    }

    @Override
    public FrontendTag tag() {
        return FrontendTag.EXECUTE;
    }

    @Override
    public boolean advance(ByteBuf out) {
        if (!portal.advance(out, ENOUGH)) {
            return false;
        }
        session.moveTo(portal.next());
        return true;
    }
}
