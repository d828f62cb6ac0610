package io.pgproxy.core.backend;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import io.pgproxy.protocol.startup.CancelRequest;
import java.util.concurrent.TimeUnit;

/** Sends one CancelRequest, and lives until the server has closed: from then on the cancel cannot arrive late. */
final class CancelConnection extends ChannelInboundHandlerAdapter {
    private static final long PATIENCE_SECONDS = 5;

    private final BackendKeyData key;

    CancelConnection(BackendKeyData key) {
        this.key = key;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        ByteBuf packet = context.alloc().buffer(64);
        new CancelRequest(key.pid(), key.secret()).write(packet);
        context.writeAndFlush(packet, context.voidPromise());
        var late = context.executor().schedule(() -> context.close(), PATIENCE_SECONDS, TimeUnit.SECONDS);
        context.channel().closeFuture().addListener(closed -> late.cancel(false));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message); // a server answers nothing to a cancel
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
