package io.pgproxy.protocol.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.message.frontend.FrontendMessage;
import io.pgproxy.protocol.server.PgErrorException;
import io.pgproxy.protocol.server.QueryEngine;
import io.pgproxy.protocol.server.ServerProtocol;
import io.pgproxy.protocol.startup.GssEncRequest;
import io.pgproxy.protocol.startup.SslRequest;
import io.pgproxy.protocol.startup.StartupMessage;
import io.pgproxy.protocol.startup.StartupPacket;
import io.pgproxy.protocol.startup.UnsupportedVersion;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server for one connection, behind a {@link FrontendMessageDecoder}: start-up, then a
 * {@link ServerProtocol}.
 *
 * <p>It offers no encryption, lets everybody in, and closes on a CancelRequest without doing anything; who does not log
 * in within ten seconds is disconnected. The engine runs on the connection's event loop, or, if the handler was added
 * with an executor group of its own, there. A client that does not read its results is not read from either. One
 * instance for each connection.
 */
public final class PgServerHandler extends ChannelInboundHandlerAdapter {
    private static final Duration LOGIN = Duration.ofSeconds(10);
    private static final int ENOUGH = 64 * 1024;

    private final Function<StartupMessage, QueryEngine> engines;
    private final Map<String, String> parameters;
    private final SecureRandom random = new SecureRandom();
    private final Queue<Object> waiting = new ArrayDeque<>();
    private @Nullable ServerProtocol protocol;
    private @Nullable Future<?> deadline;
    private boolean answered = true;
    private boolean answering;

    /**
     * A server that reports the settings which clients rely on.
     *
     * @param engines makes the engine of a session out of what its client asked for; a {@link PgErrorException} refuses
     *     it
     */
    public PgServerHandler(Function<StartupMessage, QueryEngine> engines) {
        this(engines, Map.of());
    }

    /**
     * A server that reports more or other settings, for example {@code server_version}.
     *
     * @param engines makes the engine of a session out of what its client asked for; a {@link PgErrorException} refuses
     *     it
     * @param parameters values for ParameterStatus
     */
    public PgServerHandler(Function<StartupMessage, QueryEngine> engines, Map<String, String> parameters) {
        this.engines = engines;
        this.parameters = Map.copyOf(parameters);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        deadline = context.executor().schedule((Runnable) context::close, LOGIN.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        stop();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stop();
        context.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof StartupPacket packet) {
            start(context, packet);
        } else if (message instanceof FrontendMessage || message instanceof MalformedMessage) {
            waiting.add(message);
            answer(context);
        } else {
            context.fireChannelRead(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
        context.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        answer(context);
        context.flush();
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (protocol != null && cause instanceof DecoderException && cause.getCause() instanceof ProtocolException p) {
            refuse(context, PgError.of(p).fatal());
        } else {
            context.close();
        }
    }

    private void start(ChannelHandlerContext context, StartupPacket packet) {
        if (packet instanceof SslRequest || packet instanceof GssEncRequest) {
            context.writeAndFlush(context.alloc().buffer(1).writeByte('N'));
        } else if (packet instanceof StartupMessage startup) {
            logIn(context, startup);
        } else if (packet instanceof UnsupportedVersion version) {
            refuse(context, version.refusal());
        } else {
            context.close();
        }
    }

    private void logIn(ChannelHandlerContext context, StartupMessage startup) {
        try {
            startup.requireUser();
            protocol = new ServerProtocol(engines.apply(startup));
        } catch (ProtocolException violation) {
            refuse(context, PgError.of(violation).fatal());
            return;
        } catch (PgErrorException refused) {
            refuse(context, refused.error().fatal());
            return;
        }
        cancelDeadline();
        ByteBuf out = context.alloc().buffer();
        Login.write(out, startup, parameters, random);
        context.writeAndFlush(out);
    }

    private void refuse(ChannelHandlerContext context, PgError error) {
        stop();
        ByteBuf out = context.alloc().buffer();
        error.writeError(out);
        context.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
    }

    /** Answers what waits, as long as the client takes the answers. */
    private void answer(ChannelHandlerContext context) {
        ServerProtocol server = protocol;
        // Writing can change the writability, which comes back here.
        if (server == null || answering) {
            return;
        }
        answering = true;
        try {
            while (context.channel().isWritable() && (!answered || !waiting.isEmpty())) {
                ByteBuf out = context.alloc().buffer();
                try {
                    while (out.readableBytes() < ENOUGH && (!answered || !waiting.isEmpty())) {
                        answered = answered ? take(server, waiting.remove(), out) : server.resume(out);
                    }
                } finally {
                    context.write(out);
                }
                if (server.isClosed()) {
                    waiting.clear();
                    context.writeAndFlush(context.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
                }
                if (!answered) {
                    context.flush();
                }
            }
        } finally {
            answering = false;
        }
        context.channel().config().setAutoRead(answered && waiting.isEmpty());
    }

    private static boolean take(ServerProtocol server, Object message, ByteBuf out) {
        if (message instanceof MalformedMessage malformed) {
            server.receiveMalformed(malformed.tag(), malformed.cause(), out);
            return true;
        }
        return server.receive((FrontendMessage) message, out);
    }

    private void stop() {
        cancelDeadline();
        waiting.clear();
        if (protocol != null) {
            protocol.close();
        }
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }
}
