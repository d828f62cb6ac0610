package io.pgproxy.core.backend;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.pgproxy.core.internal.tls.EndPoint;
import io.pgproxy.core.internal.tls.TlsFailures;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import io.pgproxy.protocol.startup.StartupMessage;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to a remote PostgreSQL, on the loop of its client: a byte pump. Sharable because each address of the
 * host that is tried has a channel of its own; one of them becomes active.
 */
@ChannelHandler.Sharable
final class RemoteSession extends ChannelInboundHandlerAdapter implements BackendSession {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteSession.class);
    private static final PgError UNREACHABLE = PgError.of(
                    SqlState.SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION, "could not connect to the upstream server")
            .fatal();
    private static final PgError LOST = PgError.of(
                    SqlState.CONNECTION_FAILURE, "connection to the upstream server was lost")
            .fatal();

    /** How long the last bytes of a session that has ended may take to leave. */
    private static final long LINGER_SECONDS = 5;

    /** The next ones take three times as long each. */
    private static final long FIRST_CANCEL_AGAIN_MS = 100;

    private final EventLoop loop;
    private final BackendSink sink;
    private final OpenChannels channels;
    private final StartupMessage startup;
    private final UpstreamSecurity security;
    private @Nullable OwnedLogin login;
    private @Nullable Channel channel;

    /** The one that is being made, until it is active; encryption may take as long as the server likes. */
    private @Nullable Channel connecting;

    /** Not the channel's remote address: a Unix domain socket may have been bound under another name. */
    private @Nullable SocketAddress server;

    private @Nullable EndPoint endPoint;
    private boolean encrypted;
    private boolean reading = true;
    private boolean closed;

    RemoteSession(
            EventLoop loop,
            BackendSink sink,
            OpenChannels channels,
            StartupMessage startup,
            UpstreamSecurity security,
            @Nullable OwnedLogin login) {
        this.loop = loop;
        this.sink = sink;
        this.channels = channels;
        this.startup = startup;
        this.security = security;
        this.login = login;
    }

    void connect(HostResolver resolver, Duration timeout) {
        resolver.resolve(loop, addresses -> connect(addresses.iterator(), timeout));
    }

    void connect(Iterator<? extends SocketAddress> addresses, Duration timeout) {
        if (closed) {
            return;
        }
        if (!addresses.hasNext() || channels.isClosed()) {
            lost(UNREACHABLE);
            return;
        }
        SocketAddress address = addresses.next();
        server = address;
        ChannelFuture connected = bootstrap(loop, address)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
                .handler(security.inFrontOf(this, address))
                .connect(address);
        channels.add(connected.channel());
        connecting = connected.channel();
        connected.addListener((ChannelFutureListener) future -> {
            if (!future.isSuccess() && !closed) {
                LOG.warn("upstream is not reachable: {}", future.cause().getMessage());
                connect(addresses, timeout);
            }
        });
    }

    private static Bootstrap bootstrap(EventLoop loop, SocketAddress address) {
        Bootstrap bootstrap = new Bootstrap().group(loop);
        if (address instanceof UnixDomainSocketAddress) {
            return bootstrap.channel(NioDomainSocketChannel.class);
        }
        return bootstrap
                .channel(NioSocketChannel.class)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.TCP_NODELAY, true);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        SocketAddress local = context.channel().localAddress();
        if (local != null && local.equals(context.channel().remoteAddress())) {
            // Nobody listens there, and the kernel has joined the socket with itself: a server could not bind its port.
            context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            lost(UNREACHABLE);
            context.close();
        } else if (closed) {
            context.close();
        } else {
            channel = context.channel();
            connecting = null;
            SslHandler encryption = context.pipeline().get(SslHandler.class);
            endPoint = encryption == null ? null : endPoint(encryption.engine().getSession());
            encrypted = encryption != null;
            context.channel().config().setAutoRead(reading);
            ByteBuf packet = context.alloc().buffer();
            startup.write(packet);
            context.writeAndFlush(packet, context.voidPromise());
        }
    }

    private static @Nullable EndPoint endPoint(SSLSession session) {
        try {
            return session.getPeerCertificates()[0] instanceof X509Certificate certificate
                    ? EndPoint.of(certificate)
                    : null;
        } catch (SSLPeerUnverifiedException none) {
            return null;
        }
    }

    @Override
    public boolean isEncrypted() {
        return encrypted;
    }

    @Override
    public byte @Nullable [] tlsServerEndPoint() {
        return endPoint == null ? null : endPoint.hash();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        OwnedLogin owned = login;
        if (closed) {
            bytes.release();
        } else if (owned != null) {
            owned.received(bytes, this);
        } else {
            sink.received(bytes);
        }
    }

    /** Bytes that a login of our own does not keep to itself. */
    void passOn(ByteBuf bytes) {
        if (closed) {
            bytes.release();
        } else {
            sink.received(bytes);
        }
    }

    /** The login of our own has succeeded: what comes is the client's. */
    void loggedIn() {
        login = null;
    }

    /** The login of our own has failed. */
    void loginFailed(PgError error) {
        lost(error.fatal());
        close();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!closed) {
            sink.receiveComplete();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!closed) {
            sink.writable(context.channel().isWritable());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        lost(LOST);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof TlsRefusedException refused) {
            lost(refused.error());
        } else if (TlsFailures.isOne(cause)) {
            LOG.warn("a connection to the upstream is broken: {}", TlsFailures.describe(cause));
        } else if (!(cause instanceof IOException)) {
            LOG.error("unexpected failure on an upstream connection", cause);
        }
        context.close();
    }

    private void lost(PgError reason) {
        if (!closed) {
            closed = true;
            releaseLogin();
            sink.closed(reason);
        }
    }

    @Override
    public void send(ByteBuf messages) {
        Channel to = channel;
        if (to == null || closed) {
            messages.release();
        } else {
            to.write(messages, to.voidPromise());
        }
    }

    @Override
    public void flush() {
        Channel to = channel;
        if (to != null) {
            to.flush();
        }
    }

    @Override
    public boolean isWritable() {
        Channel to = channel;
        return to == null || to.isWritable();
    }

    @Override
    public void reading(boolean on) {
        reading = on;
        Channel from = channel;
        if (from != null && from.config().isAutoRead() != on) {
            from.config().setAutoRead(on);
        }
    }

    /** See "Canceling Requests in Progress" in the chapter on the protocol: a connection of its own, and no answer. */
    @Override
    public void cancel(BackendKeyData key, Runnable done) {
        SocketAddress address = server;
        if (channel == null || address == null || channels.isClosed()) {
            done.run();
            return;
        }
        ChannelFuture connected = bootstrap(loop, address)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) TimeUnit.SECONDS.toMillis(LINGER_SECONDS))
                .handler(security.inFrontOf(new CancelConnection(key), address))
                .connect(address);
        channels.add(connected.channel());
        connected.channel().closeFuture().addListener(gone -> done.run());
    }

    /**
     * A cancel that comes before its query has begun is lost, and the server finds that a client has gone only when it
     * reads or writes. So this end says that nothing more comes, and cancels again until the server has closed its own:
     * as long as it has not, the process that the key names is still this session's.
     */
    @Override
    public void abandon(BackendKeyData key) {
        Channel open = channel;
        if (open == null || !open.isOpen()) {
            cancel(key, () -> {});
            close();
            return;
        }
        closed = true;
        releaseLogin();
        reading(true); // what still comes is dropped, and the end is seen
        open.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> ((DuplexChannel) open).shutdownOutput());
        var late = loop.schedule(() -> open.close(), LINGER_SECONDS, TimeUnit.SECONDS);
        open.closeFuture().addListener(gone -> late.cancel(false));
        cancelAgain(key, open, FIRST_CANCEL_AGAIN_MS);
    }

    private void cancelAgain(BackendKeyData key, Channel open, long waitMillis) {
        cancel(key, () -> {});
        var next = loop.schedule(
                () -> {
                    if (open.isOpen()) {
                        cancelAgain(key, open, waitMillis * 3);
                    }
                },
                waitMillis,
                TimeUnit.MILLISECONDS);
        open.closeFuture().addListener(gone -> next.cancel(false));
    }

    @Override
    public void close() {
        closed = true;
        releaseLogin();
        Channel unfinished = connecting;
        if (unfinished != null) {
            unfinished.close();
        }
        Channel open = channel;
        if (open != null && open.isOpen()) {
            reading(true); // or the other end's close would not be seen
            open.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            if (open.isOpen()) {
                var late = loop.schedule(() -> open.close(), LINGER_SECONDS, TimeUnit.SECONDS);
                open.closeFuture().addListener(gone -> late.cancel(false));
            }
        }
    }

    private void releaseLogin() {
        OwnedLogin owned = login;
        if (owned != null) {
            login = null;
            owned.release();
        }
    }
}
