package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.core.internal.session.UpstreamListener;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import org.jspecify.annotations.Nullable;

/** What happens on a connection, told to the client that has it; nobody has one that is idle, or being cleaned. */
final class ConnectionEvents implements UpstreamListener {
    private final PooledConnection connection;

    ConnectionEvents(PooledConnection connection) {
        this.connection = connection;
    }

    @Override
    public void answered(Upstream from, ByteBuf bytes) {
        VirtualSession user = connection.user();
        if (user == null) {
            bytes.release(); // a notice, or the last words of the server
        } else {
            user.answered(bytes);
        }
    }

    @Override
    public void answersComplete(Upstream from) {
        VirtualSession user = connection.user();
        if (user != null) {
            user.answersComplete();
        } else {
            connection.goOnLeaving();
        }
    }

    @Override
    public void exchangeEnded(Upstream from, TransactionStatus status) {}

    @Override
    public void exchangesMerged(Upstream from, int count) {}

    @Override
    public void syncsVoided(Upstream from, int count, boolean exchangeGoesOn) {
        VirtualSession user = connection.user();
        if (exchangeGoesOn && user != null) {
            user.reopen();
        }
    }

    @Override
    public void settingReported(Upstream from, String name, String value) {
        connection.report(name, value);
        VirtualSession user = connection.user();
        if (user != null) {
            user.told(name, value);
        }
    }

    @Override
    public void settingTaken(Upstream from, String name, String value) {
        connection.report(name, value);
    }

    @Override
    public void errorSeen(Upstream from, @Nullable PgError error) {
        VirtualSession user = connection.user();
        if (user != null) {
            user.errorSeen();
        }
    }

    @Override
    public boolean takesFatal(Upstream from, PgError error) {
        VirtualSession user = connection.user();
        return user == null || user.loss().goesElsewhere(error);
    }

    @Override
    public void upstreamWritable(Upstream from, boolean writable) {
        VirtualSession user = connection.user();
        if (user != null) {
            user.upstreamWritable(writable);
        }
    }

    @Override
    public void upstreamClosed(Upstream from, PgError reason) {
        connection.lost(reason);
    }
}
