package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Streaming replication: after the login bytes pass both ways and are not looked at. */
final class OpaquePhase implements Phase, UpstreamListener {
    private final Session session;
    private final ClientPort client;
    private final Upstream upstream;
    private final @Nullable BackendKeyData key;
    private boolean ended;

    OpaquePhase(Session session, Upstream upstream, @Nullable BackendKeyData key) {
        this.session = session;
        this.client = session.client();
        this.upstream = upstream;
        this.key = key;
    }

    void begin(List<ByteBuf> early) {
        for (ByteBuf bytes : early) {
            upstream.send(bytes);
        }
        upstream.flush();
        client.reading(upstream.isWritable());
        if (session.isDraining()) {
            drain();
        }
    }

    @Override
    public void received(ByteBuf bytes) {
        upstream.send(bytes);
    }

    @Override
    public void receiveComplete() {
        upstream.flush();
    }

    @Override
    public void clientWritable(boolean writable) {
        upstream.reading(writable);
    }

    @Override
    public void answered(Upstream from, ByteBuf bytes) {
        if (ended) {
            bytes.release();
        } else {
            client.write(bytes);
        }
    }

    @Override
    public void answersComplete(Upstream from) {
        client.flush();
    }

    @Override
    public void upstreamWritable(Upstream from, boolean writable) {
        client.reading(writable);
    }

    @Override
    public void upstreamClosed(Upstream from, PgError reason) {
        if (!ended) {
            end();
            session.close(); // whether it was a clean end only the two sides know
        }
    }

    @Override
    public void exchangeEnded(Upstream from, TransactionStatus status) {}

    @Override
    public void exchangesMerged(Upstream from, int count) {}

    @Override
    public void syncsVoided(Upstream from, int count, boolean exchangeGoesOn) {}

    @Override
    public void clientGone() {
        if (!ended) {
            upstream.flush();
            end();
        }
    }

    @Override
    public void cancel(Runnable done) {
        if (ended) {
            done.run();
        } else {
            upstream.cancel(done);
        }
    }

    /** There is no boundary to wait for. */
    @Override
    public void drain() {
        if (!ended) {
            end();
            session.stop();
        }
    }

    @Override
    public void abort(PgError reason) {
        if (!ended) {
            end();
            session.close();
        }
    }

    private void end() {
        ended = true;
        upstream.close();
        if (key != null) {
            session.context().cancels().forget(key.pid(), session);
        }
    }
}
