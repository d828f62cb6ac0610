package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.Interest;
import io.pgproxy.protocol.message.backend.ErrorResponse;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a client has prepared, by its own name. It watches the answer to each Bind: an upstream may have lost the
 * statement (26000), or its plan may be outdated (0A000), of which the client need not know.
 */
final class ClientStatement implements AnswerOwner {
    private static final String OUTDATED = "cached plan must not change result type";

    private final String name;
    private final byte[] nameBytes;
    private final PooledStatement statement;
    private final VirtualSession session;

    /** What the client still has by that name if its Parse is skipped. */
    private @Nullable ClientStatement replaced;

    private boolean isNone;

    ClientStatement(String name, PooledStatement statement, VirtualSession session) {
        this.name = name;
        this.nameBytes = name.getBytes(StandardCharsets.UTF_8);
        this.statement = statement;
        this.session = session;
    }

    String name() {
        return name;
    }

    /** How long its name is in a message, without the zero behind it. */
    int nameLength() {
        return nameBytes.length;
    }

    /** Whether its name stands there, with the zero behind it. */
    boolean isNamedAt(ByteBuf bytes, int at) {
        int end = at + nameBytes.length;
        if (end >= bytes.writerIndex() || bytes.getByte(end) != 0) {
            return false;
        }
        for (int i = 0; i < nameBytes.length; i++) {
            if (bytes.getByte(at + i) != nameBytes[i]) {
                return false;
            }
        }
        return true;
    }

    PooledStatement statement() {
        return statement;
    }

    void replaces(ClientStatement before) {
        replaced = before;
    }

    /** Its Parse has failed, or was skipped. */
    void neverWas() {
        isNone = true;
    }

    /** What the client has by that name: this, or what it has still. */
    @Nullable
    ClientStatement standing() {
        ClientStatement found = this;
        while (found != null && found.isNone) {
            found = found.replaced;
        }
        return found;
    }

    /** What it is called on upstreams. */
    String there() {
        return statement.isOfSql() ? name : statement.name();
    }

    @Override
    public Interest interest() {
        return Upstream.WATCHED;
    }

    @Override
    public boolean relays() {
        return true;
    }

    @Override
    public boolean standsForClients() {
        return true;
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        PgError error = frame.tag() == 'E' ? read(frame) : null;
        if (error == null || statement.isOfSql()) {
            upstream.relay(frame.bytes());
            return;
        }
        boolean lost = error.sqlState().equals(SqlState.INVALID_SQL_STATEMENT_NAME);
        boolean outdated = error.sqlState().equals(SqlState.FEATURE_NOT_SUPPORTED)
                && error.message().equals(OUTDATED);
        if ((lost || outdated) && session.heal(this, outdated)) {
            frame.release();
        } else if (error.message().contains(there())) {
            frame.release();
            upstream.relay(inClientsWords(error));
        } else {
            upstream.relay(frame.bytes());
        }
    }

    private ByteBuf inClientsWords(PgError error) {
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(128);
        error.with('M', error.message().replace(there(), name)).writeError(bytes);
        return bytes;
    }

    private static @Nullable PgError read(Frame frame) {
        try {
            return frame.isWhole() ? ErrorResponse.read(frame.body()).error() : null;
        } catch (ProtocolException e) {
            return null;
        }
    }

    @Override
    public void skipped() {}

    /** Names it; never its text. */
    @Override
    public String toString() {
        return "ClientStatement[" + name + ", " + statement + "]";
    }
}
