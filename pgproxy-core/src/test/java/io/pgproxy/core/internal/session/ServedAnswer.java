package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.message.frontend.FrontendMessage;
import io.pgproxy.protocol.server.QueryEngine;
import io.pgproxy.protocol.server.ServerProtocol;
import java.util.ArrayList;
import java.util.List;

/** Answers an exchange by the server half of the protocol, at its turn. */
final class ServedAnswer implements OwnAnswer {
    private final QueryEngine engine;
    private final List<FrontendMessage> messages = new ArrayList<>();
    private boolean whole;
    private Reply reply;
    private ServerProtocol protocol;

    ServedAnswer(QueryEngine engine) {
        this.engine = engine;
    }

    @Override
    public void message(Frame frame, boolean last) {
        messages.add(FrontendMessage.read(FrontendTag.of(frame.tag()), frame.body()));
        frame.release();
        whole = last;
        answer();
    }

    @Override
    public void turn(Reply now) {
        reply = now;
        protocol = new ServerProtocol(engine, now.status());
        answer();
    }

    private void answer() {
        if (reply != null) {
            ByteBuf out = ByteBufAllocator.DEFAULT.buffer();
            for (FrontendMessage message : messages) {
                protocol.answer(message, out);
            }
            messages.clear();
            reply.write(out);
            reply.flush();
            if (whole) {
                reply.end(protocol.status());
            }
        }
    }

    @Override
    public void abandoned() {}
}
