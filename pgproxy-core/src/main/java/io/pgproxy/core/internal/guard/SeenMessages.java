package io.pgproxy.core.internal.guard;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.limit.SqlReader;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.sql.SqlAnalysis;
import io.pgproxy.sql.StatementKind;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the messages of a session say about its statements and portals. The methods throw a ProtocolException for what
 * cannot be read; the server says what is wrong with it.
 */
final class SeenMessages {
    /** What is read of a text; of a longer one nothing is known. */
    static final int LONGEST = 1 << 20;

    private final WatchedSession session;
    private final SqlReader reader;
    private final Consumer<OpenPortal> portalGone;
    private final KnownNames names = new KnownNames();

    /** {@code portalGone} is told of portals that go in the midst of their rows. */
    SeenMessages(WatchedSession session, SqlReader reader, Consumer<OpenPortal> portalGone) {
        this.session = session;
        this.reader = reader;
        this.portalGone = portalGone;
    }

    /** Parse: its text gets a name. {@code from} is where the body begins in {@code bytes}. */
    void parse(ByteBuf body, ByteBuf bytes, int from) {
        int whole = body.readableBytes();
        String name = body.isReadable() && body.getByte(body.readerIndex()) == 0
                ? skipped(body)
                : new BodyReader(body).string();
        int length = Math.max(body.bytesBefore((byte) 0), 0);
        int start = from + whole - body.readableBytes();
        Prepared plain = glance(bytes, start, length);
        names.parse(name, plain == null ? known(read(bytes, start, length)) : plain);
    }

    /** What the text is, or null if that takes more than a glance. */
    @Nullable
    Prepared glance(ByteBuf bytes, int from, int length) {
        return Glance.at(reader.copy(bytes, from, length), length);
    }

    private static String skipped(ByteBuf body) {
        body.skipBytes(1);
        return "";
    }

    /** What a text is that the lexer has read; of an unread one nothing is known. */
    static Prepared known(@Nullable SqlAnalysis text) {
        if (text == null) {
            return Prepared.UNKNOWN;
        }
        StatementKind kind = text.statements().isEmpty()
                ? StatementKind.EMPTY
                : text.statements().get(0).facts().kind();
        return new Prepared(kind, Traits.of(text));
    }

    /** Reads a text; null if it is too long for that. */
    @Nullable
    SqlAnalysis read(ByteBuf bytes, int from, int length) {
        return length > LONGEST ? null : reader.analyze(bytes, from, length, session.standardConformingStrings());
    }

    /** Bind: a portal gets a statement. */
    void bind(ByteBuf body) {
        int at = body.readerIndex();
        if (body.readableBytes() > 1 && body.getByte(at) == 0 && body.getByte(at + 1) == 0) {
            names.bind("", "", portalGone);
        } else {
            BodyReader found = new BodyReader(body);
            String portal = found.string();
            names.bind(portal, found.string(), portalGone);
        }
    }

    /** What Execute runs. */
    OpenPortal portal(ByteBuf body) {
        boolean unnamed = body.isReadable() && body.getByte(body.readerIndex()) == 0;
        return names.portal(unnamed ? "" : new BodyReader(body).string());
    }

    /** What Execute runs, if it is the portal without a name. */
    @Nullable
    Prepared ofUnnamedPortal(ByteBuf buffer, int body, int length) {
        return length > 0 && buffer.getByte(body) == 0 ? names.portal("").statement() : null;
    }

    /** Close: a name goes. */
    void close(ByteBuf body) {
        BodyReader found = new BodyReader(body);
        byte what = found.int8();
        String name = found.string();
        if (what == 'P') {
            names.closePortal(name, portalGone);
        } else {
            names.closeStatement(name);
        }
    }

    /** A transaction has ended, and all portals with it. */
    void transactionOver() {
        names.transactionOver(portalGone);
    }
}
