package io.pgproxy.protocol.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToByteEncoder;
import io.pgproxy.protocol.message.backend.BackendMessage;
import io.pgproxy.protocol.message.frontend.FrontendMessage;
import io.pgproxy.protocol.startup.StartupPacket;

/**
 * Writes messages of both sides and start-up packets; everything else passes. One instance may serve all connections.
 */
@Sharable
public final class MessageEncoder extends MessageToByteEncoder<Object> {
    /** An encoder for any number of connections. */
    public MessageEncoder() {
        super(Object.class);
    }

    @Override
    public boolean acceptOutboundMessage(Object message) {
        return message instanceof BackendMessage
                || message instanceof FrontendMessage
                || message instanceof StartupPacket;
    }

    @Override
    protected void encode(ChannelHandlerContext context, Object message, ByteBuf out) {
        if (message instanceof BackendMessage backend) {
            backend.write(out);
        } else if (message instanceof FrontendMessage frontend) {
            frontend.write(out);
        } else {
            ((StartupPacket) message).write(out);
        }
    }
}
