package io.pgproxy.core.internal.fanout;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.core.internal.session.UpstreamListener;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import org.jspecify.annotations.Nullable;

/** One of the servers that a client writes to: its session there. All calls on the client's event loop. */
final class Writer implements UpstreamListener {
    private final String name;
    private final FanOutSession session;
    private final WriterLogin login;
    private final Upstream upstream;
    private @Nullable BackendKeyData key;
    private boolean serving;
    private boolean standardConformingStrings = true;
    private boolean leaving;

    Writer(String name, FanOutSession session) {
        this.name = name;
        this.session = session;
        this.login = new WriterLogin(this);
        this.upstream = new Upstream(this, login, true, true);
    }

    String name() {
        return name;
    }

    /** Whether the client is told what this one answers. */
    boolean isFirst() {
        return session.isFirst(this);
    }

    Upstream upstream() {
        return upstream;
    }

    WriterLogin login() {
        return login;
    }

    TransactionStatus status() {
        return upstream.status();
    }

    @Nullable
    BackendKeyData key() {
        return key;
    }

    /** It takes statements from now on. */
    void loggedIn(@Nullable BackendKeyData data) {
        key = data;
        serving = true;
        upstream.serve(this, data, TransactionStatus.IDLE);
        session.loggedIn();
    }

    /** Whether it has let the session in. */
    boolean isServing() {
        return serving;
    }

    /** Whether a backslash in a plain literal is none. */
    boolean standardConformingStrings() {
        return standardConformingStrings;
    }

    /** A setting was reported, which may say how texts are to be read. */
    void reported(String setting, String value) {
        if (setting.equals("standard_conforming_strings")) {
            standardConformingStrings = value.equals("on");
        } else if (setting.equals("client_encoding")) {
            session.encoded(value);
        }
    }

    void loginFailed(PgError why) {
        session.lost(this, why);
    }

    /** Sends a message whose answer is due to somebody. */
    void send(byte kind, @Nullable AnswerOwner owner, ByteBuf message) {
        boolean due = owner == null ? upstream.expected().sent(kind, null) : upstream.sentFor(kind, owner);
        if (!due && owner != null) {
            owner.skipped();
        }
        upstream.send(message);
    }

    /**
     * The session is over, and with it what runs here.
     *
     * @param keeps whether what was sent must not be stopped: others may have done it
     */
    void end(boolean keeps) {
        login.take().release();
        if (upstream.expected().isEmpty()) {
            upstream.close();
        } else if (keeps) {
            leaving = true;
            upstream.reading(true);
            upstream.flush();
        } else {
            upstream.abandon();
        }
    }

    @Override
    public void answered(Upstream from, ByteBuf bytes) {
        if (isFirst()) {
            session.toClient(bytes);
        } else {
            bytes.release(); // notifications and the like: the client has those of the first
        }
    }

    @Override
    public void answersComplete(Upstream from) {
        if (!leaving) {
            session.answersComplete();
        } else if (upstream.expected().isEmpty()) {
            upstream.close();
        }
    }

    @Override
    public void exchangeEnded(Upstream from, TransactionStatus status) {}

    @Override
    public void exchangesMerged(Upstream from, int count) {}

    @Override
    public void syncsVoided(Upstream from, int count, boolean exchangeGoesOn) {}

    @Override
    public boolean takesFatal(Upstream from, PgError error) {
        lost(error);
        return true;
    }

    @Override
    public void settingReported(Upstream from, String setting, String value) {
        reported(setting, value);
    }

    @Override
    public void upstreamWritable(Upstream from, boolean writable) {
        session.writable();
    }

    @Override
    public void upstreamClosed(Upstream from, PgError reason) {
        lost(reason);
    }

    private void lost(PgError why) {
        if (leaving) {
            upstream.close();
        } else {
            session.lost(this, why);
        }
    }

    /** Names it. */
    @Override
    public String toString() {
        return "Writer[" + name + "]";
    }
}
