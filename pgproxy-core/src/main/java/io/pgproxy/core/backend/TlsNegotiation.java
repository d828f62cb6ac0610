package io.pgproxy.core.backend;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;
import io.pgproxy.core.internal.tls.ListenerTls;
import io.pgproxy.core.internal.tls.TlsFailures;
import io.pgproxy.core.internal.tls.UpstreamContext;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.startup.SslRequest;
import io.pgproxy.tls.SslMode;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a new connection to an upstream encrypted before the handler behind it finds that it is active. Of what the
 * server says in clear it believes one byte; what stands behind that byte cannot be the server's, for it has been asked
 * for nothing else. When it cannot be encrypted that is a {@link TlsRefusedException}. Stays for one connection.
 */
final class TlsNegotiation extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(TlsNegotiation.class);

    private final UpstreamSecurity security;
    private final UpstreamContext tls;
    private @Nullable ScheduledFuture<?> late;
    private boolean over;

    TlsNegotiation(UpstreamSecurity security) {
        this.security = security;
        this.tls = security.tls();
    }

    /** The server may have answered the connection and nothing else: a cancel has no other deadline, for one. */
    @Override
    public void channelActive(ChannelHandlerContext context) {
        late = context.executor()
                .schedule(
                        () -> refuse(context, "the upstream server did not encrypt the connection in time"),
                        security.patience().toMillis(),
                        TimeUnit.MILLISECONDS);
        if (tls.settings().isDirect()) {
            encrypt(context);
        } else {
            ByteBuf packet = context.alloc().buffer(8);
            SslRequest.INSTANCE.write(packet);
            context.writeAndFlush(packet, context.voidPromise());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            boolean asked = !over && context.pipeline().get(SslHandler.class) == null;
            if (asked && bytes.isReadable()) {
                answered(context, bytes.readByte(), bytes.isReadable());
            }
        } finally {
            bytes.release();
        }
    }

    private void answered(ChannelHandlerContext context, byte answer, boolean more) {
        if (more || (answer != 'S' && answer != 'N')) {
            // An ErrorResponse of a server that nobody has identified is not shown to anybody.
            refuse(context, "the upstream server does not answer a request for encryption as PostgreSQL does");
        } else if (answer == 'S') {
            encrypt(context);
        } else if (tls.settings().mode() == SslMode.PREFER) {
            proceed(context);
        } else {
            refuse(context, "the upstream server does not support encryption, and sslmode asks for it");
        }
    }

    private void encrypt(ChannelHandlerContext context) {
        context.pipeline()
                .addFirst(tls.handler(context.alloc(), security.host(), security.port(), security.computing()));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
            context.fireUserEventTriggered(event);
            return;
        }
        if (over) {
            return; // it ends because we have given it up
        }
        if (!handshake.isSuccess()) {
            LOG.warn(
                    "no TLS with the upstream {}:{}: {}",
                    security.host(),
                    security.port(),
                    TlsFailures.describe(handshake.cause()));
            refuse(context, "the connection to the upstream server could not be encrypted");
        } else if (tls.settings().isDirect() && !isOurs(context)) {
            refuse(context, "the upstream server does not know PostgreSQL's protocol by ALPN");
        } else {
            proceed(context);
        }
    }

    private static boolean isOurs(ChannelHandlerContext context) {
        SslHandler handler = context.pipeline().get(SslHandler.class);
        return handler != null && ListenerTls.PROTOCOL.equals(handler.applicationProtocol());
    }

    private void proceed(ChannelHandlerContext context) {
        if (!over) {
            over = true;
            context.fireChannelActive();
            context.pipeline().remove(this);
        }
    }

    private void refuse(ChannelHandlerContext context, String why) {
        if (!over) {
            over = true;
            context.fireExceptionCaught(
                    new TlsRefusedException(PgError.of(SqlState.SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION, why)
                            .fatal()));
            context.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        refuse(context, "the upstream server closed the connection instead of encrypting it");
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        ScheduledFuture<?> timer = late;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    /** The handshake's own event tells of it, too. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (context.pipeline().get(SslHandler.class) == null) {
            context.fireExceptionCaught(cause);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {}
}
