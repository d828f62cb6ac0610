package io.pgproxy.protocol.server;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.message.backend.EmptyQueryResponse;
import io.pgproxy.protocol.message.backend.RowDescription;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to a Query: one statement after the other. It uses the unnamed statement and portal up. */
final class SimpleQuery implements Run {
    private final ServerSession session;
    private final Iterator<String> statements;
    private final boolean empty;
    private @Nullable Portal portal;

    SimpleQuery(ServerSession session, String sql) {
        this.session = session;
        session.closeUnnamed();
        List<String> split = session.split(sql);
        statements = split.iterator();
        empty = split.isEmpty();
    }

    @Override
    public FrontendTag tag() {
        return FrontendTag.QUERY;
    }

    @Override
    public boolean advance(ByteBuf out) {
        if (empty) {
            EmptyQueryResponse.INSTANCE.write(out);
            return true;
        }
        while (portal != null || statements.hasNext()) {
            Portal current = portal == null ? open(statements.next(), out) : portal;
            if (!current.advance(out, ENOUGH)) {
                return false;
            }
            portal = null;
            session.moveTo(current.next());
        }
        return true;
    }

    private Portal open(String sql, ByteBuf out) {
        Prepared prepared = session.prepare(sql, List.of());
        PreparedQuery query = prepared.query();
        if (query != null && !query.parameterTypes().isEmpty()) {
            throw new PgErrorException(SqlState.UNDEFINED_PARAMETER, "there is no parameter $1");
        }
        Portal opened = session.openUnnamed(prepared);
        if (!opened.columns().isEmpty()) {
            new RowDescription(opened.columns()).write(out);
        }
        opened.start(0);
        portal = opened;
        return opened;
    }
}
