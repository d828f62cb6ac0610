package io.pgproxy.benchmarks.cache;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * As quick as a server on Netty can be: on one event loop each read is answered by the same bytes, which are what
 * {@code pgbench} expects. It ends with its standard input.
 */
public final class CannedAnswers extends ChannelInboundHandlerAdapter {
    private static final ByteBuf GREETING = fixed(
            message('R', new byte[4]),
            message('S', text("client_encoding\0UTF8\0")),
            message('S', text("server_version\u000015.0\0")),
            message('K', new byte[8]),
            ready());
    private static final ByteBuf PARSED = fixed(message('1', new byte[0]), ready());
    private static final ByteBuf QUERIED = fixed(result(), ready());
    private static final ByteBuf BOUND = fixed(message('2', new byte[0]), result(), ready());
    private static final ByteBuf PARSED_AND_BOUND =
            fixed(message('1', new byte[0]), message('2', new byte[0]), result(), ready());

    private boolean greeted;

    private CannedAnswers() {}

    /**
     * Serves.
     *
     * @param arguments the port
     * @throws IOException if standard input cannot be read
     * @throws InterruptedException if the thread is
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            new ServerBootstrap()
                    .group(loop)
                    .channel(NioServerSocketChannel.class)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childHandler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline().addLast(new CannedAnswers());
                        }
                    })
                    .bind("127.0.0.1", Integer.parseInt(arguments[0]))
                    .sync();
            while (System.in.read() >= 0) {
                // Until nobody holds the other end.
            }
        } finally {
            loop.shutdownGracefully();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf read = (ByteBuf) message;
        ByteBuf answer = answer(read);
        read.release();
        if (answer == null) {
            context.close();
        } else {
            context.write(answer.retainedDuplicate(), context.voidPromise());
        }
    }

    private @Nullable ByteBuf answer(ByteBuf read) {
        if (!greeted) {
            greeted = true;
            return GREETING;
        }
        int first = read.readerIndex();
        return switch (read.getByte(first)) {
            case 'Q' -> QUERIED;
            case 'B' -> BOUND;
            case 'P' -> read.getByte(first + 1 + read.getInt(first + 1)) == 'S' ? PARSED : PARSED_AND_BOUND;
            default -> null;
        };
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
    }

    private static ByteBuf fixed(byte[]... messages) {
        ByteBuf bytes = Unpooled.directBuffer();
        for (byte[] message : messages) {
            bytes.writeBytes(message);
        }
        return Unpooled.unreleasableBuffer(bytes);
    }

    private static byte[] ready() {
        return message('Z', text("I"));
    }

    /** One row of one number. */
    private static byte[] result() {
        ByteBuf bytes = Unpooled.buffer();
        ByteBuf description = Unpooled.buffer();
        description
                .writeShort(1)
                .writeBytes(text("abalance\0"))
                .writeInt(0)
                .writeShort(0)
                .writeInt(23)
                .writeShort(4)
                .writeInt(-1)
                .writeShort(0);
        bytes.writeBytes(message('T', bytes(description)));
        bytes.writeBytes(message('D', new byte[] {0, 1, 0, 0, 0, 1, '0'}));
        bytes.writeBytes(message('C', text("SELECT 1\0")));
        return bytes(bytes);
    }

    private static byte[] bytes(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        return bytes;
    }

    private static byte[] message(char tag, byte[] body) {
        return bytes(Unpooled.buffer().writeByte(tag).writeInt(body.length + 4).writeBytes(body));
    }

    private static byte[] text(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }
}
