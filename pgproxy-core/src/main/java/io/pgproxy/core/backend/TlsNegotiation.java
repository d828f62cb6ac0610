package io.pgproxy.core.backend;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;
import io.pgproxy.core.internal.tls.ListenerTls;
import io.pgproxy.core.internal.tls.UpstreamContext;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.startup.SslRequest;
import io.pgproxy.tls.SslMode;
import java.util.concurrent.Executor;
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

    /** A login has a deadline of its own; the connection that carries a cancel has not. */
    private static final long PATIENCE_SECONDS = 10;

    private final UpstreamContext tls;
    private final String host;
    private final int port;
    private final Executor computing;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean over;

    TlsNegotiation(UpstreamContext tls, String host, int port, Executor computing) {
        this.tls = tls;
        this.host = host;
        this.port = port;
        this.computing = computing;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        deadline = context.executor()
                .schedule(
                        () -> refuse(context, "the upstream server has not answered a request for encryption"),
                        PATIENCE_SECONDS,
                        TimeUnit.SECONDS);
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
        context.pipeline().addFirst(tls.handler(context.alloc(), host, port, computing));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
            context.fireUserEventTriggered(event);
            return;
        }
        if (!handshake.isSuccess()) {
            LOG.warn(
                    "no TLS with the upstream {}:{}: {}",
                    host,
                    port,
                    handshake.cause().getMessage());
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
            end();
            context.fireChannelActive();
            context.pipeline().remove(this);
        }
    }

    private void refuse(ChannelHandlerContext context, String why) {
        if (!over) {
            end();
            context.fireExceptionCaught(
                    new TlsRefusedException(PgError.of(SqlState.SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION, why)
                            .fatal()));
            context.close();
        }
    }

    private void end() {
        over = true;
        ScheduledFuture<?> timer = deadline;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
        context.fireChannelInactive();
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
