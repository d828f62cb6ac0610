package io.pgproxy.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.backend.BackendSession;
import io.pgproxy.core.backend.BackendSink;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import io.pgproxy.protocol.startup.StartupMessage;
import java.nio.charset.StandardCharsets;

/** Lets everybody in, and answers whatever it is sent with one row. It makes no garbage of its own. */
final class CannedBackend implements Backend {
    private static final byte[] LOGIN = {
        'R', 0, 0, 0, 8, 0, 0, 0, 0, 'K', 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 2, 'Z', 0, 0, 0, 5, 'I'
    };
    private static final ByteBuf ROW =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer().writeBytes(row()));

    private static byte[] row() {
        ByteBuf bytes = Unpooled.buffer();
        bytes.writeByte('T')
                .writeInt(4 + 2 + 2 + 18)
                .writeShort(1)
                .writeBytes(new byte[] {'a', 0})
                .writeZero(18);
        bytes.writeByte('D').writeInt(4 + 2 + 4 + 1).writeShort(1).writeInt(1).writeByte('1');
        byte[] tag = "SELECT 1\0".getBytes(StandardCharsets.US_ASCII);
        bytes.writeByte('C').writeInt(4 + tag.length).writeBytes(tag);
        bytes.writeByte('Z').writeInt(5).writeByte('I');
        byte[] whole = new byte[bytes.readableBytes()];
        bytes.readBytes(whole);
        return whole;
    }

    @Override
    public BackendSession open(StartupMessage startup, EventLoop loop, BackendSink sink) {
        loop.execute(() -> {
            sink.received(Unpooled.wrappedBuffer(LOGIN));
            sink.receiveComplete();
        });
        return new Canned(sink);
    }

    private static final class Canned implements BackendSession {
        private final BackendSink sink;
        private boolean asked;

        Canned(BackendSink sink) {
            this.sink = sink;
        }

        @Override
        public void send(ByteBuf messages) {
            asked = true;
            messages.release();
        }

        @Override
        public void flush() {
            if (asked) {
                asked = false;
                sink.received(ROW.duplicate());
                sink.receiveComplete();
            }
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void reading(boolean on) {}

        @Override
        public void cancel(BackendKeyData key, Runnable done) {
            done.run();
        }

        @Override
        public void close() {}
    }
}
