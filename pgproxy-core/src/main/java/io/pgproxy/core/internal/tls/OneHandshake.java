package io.pgproxy.core.internal.tls;

import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Computes for one connection as long as it has no handshake behind it. A client of TLS 1.2 could have as many as it
 * likes, and each costs the server more than the client; PostgreSQL refuses them, too: see
 * {@code SSL_OP_NO_RENEGOTIATION} in {@code be-secure-openssl.c}. What TLS 1.3 knows instead needs no executor.
 */
final class OneHandshake implements Executor {
    private final Executor workers;
    private @Nullable SslHandler handler;

    OneHandshake(Executor workers) {
        this.workers = workers;
    }

    /** Whose handshake it is; before anything is computed. */
    void of(SslHandler owner) {
        handler = owner;
    }

    @Override
    public void execute(Runnable task) {
        SslHandler owner = handler;
        if (owner != null && owner.handshakeFuture().isSuccess()) {
            throw new RejectedExecutionException(
                    "renegotiation", new SSLException("the client asks for a second handshake"));
        }
        workers.execute(task);
    }
}
