package io.pgproxy.testkit.hook;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.pgproxy.core.backend.BackendSession;
import io.pgproxy.core.backend.BackendSink;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.FrameScanner;
import io.pgproxy.protocol.frame.FrameSink;
import io.pgproxy.protocol.frame.HeaderRules;
import io.pgproxy.protocol.frame.Interest;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import io.pgproxy.protocol.message.backend.ParameterStatus;
import io.pgproxy.protocol.message.frontend.FrontendMessage;
import io.pgproxy.protocol.message.frontend.Parse;
import io.pgproxy.protocol.message.frontend.Query;
import io.pgproxy.protocol.server.ServerProtocol;
import io.pgproxy.sql.SqlAnalyzer;
import java.util.Objects;

/** One session of a {@link ScriptedUpstream}: whatever it is sent it has answered when the call returns. */
final class ScriptedSession implements BackendSession, FrameSink {
    private static final int LONGEST_MESSAGE = 64 << 20;

    private final FrameScanner scanner =
            new FrameScanner(HeaderRules.FRONTEND, Interest.everything(), LONGEST_MESSAGE, this);
    private final ScriptedUpstream upstream;
    private final ServerProtocol protocol;
    private final BackendSink sink;
    private boolean closed;

    ScriptedSession(ScriptedUpstream upstream, SqlAnalyzer analyzer, BackendSink sink) {
        this.upstream = upstream;
        this.protocol = new ServerProtocol(new ScriptedEngine(upstream, analyzer));
        this.sink = sink;
    }

    void begin(ByteBuf hello) {
        if (closed) {
            hello.release();
        } else {
            tell(hello);
        }
    }

    void report(ParameterStatus status) {
        ByteBuf bytes = Unpooled.buffer();
        status.write(bytes);
        tell(bytes);
    }

    private void tell(ByteBuf bytes) {
        sink.received(bytes);
        if (!closed) {
            sink.receiveComplete();
        }
    }

    @Override
    public void framed(Frame frame) {
        ByteBuf out = Unpooled.buffer();
        try {
            FrontendTag tag =
                    Objects.requireNonNull(FrontendTag.of(frame.tag()), "the session sent no frontend message");
            FrontendMessage message = FrontendMessage.read(tag, frame.body());
            if (message instanceof Query query) {
                if (!query.sql().equals(ScriptedEngine.REFUSED)) {
                    upstream.sent(query.sql());
                }
            } else if (message instanceof Parse parse) {
                upstream.sent(parse.sql());
            }
            protocol.answer(message, out);
        } finally {
            frame.release();
        }
        tell(out);
        if (protocol.isClosed() && !closed) {
            close();
            sink.closed(PgError.of("08006", "the scripted upstream has ended the session"));
        }
    }

    @Override
    public void send(ByteBuf messages) {
        scanner.scan(messages);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            scanner.release();
            upstream.ended(this);
        }
    }

    @Override
    public void cancel(BackendKeyData key, Runnable done) {
        done.run(); // whatever was sent is answered: nothing runs here
    }

    @Override
    public void passed(ByteBuf bytes, int begun) {
        bytes.release();
    }

    @Override
    public void noted(byte tag, int first) {}

    @Override
    public void flush() {}

    @Override
    public void reading(boolean on) {}

    @Override
    public boolean isWritable() {
        return true;
    }
}
