package io.pgproxy.core.internal.session;

import io.pgproxy.core.backend.Backend;
import io.pgproxy.protocol.ProtocolVersion;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import io.pgproxy.protocol.startup.StartupMessage;
import io.pgproxy.protocol.startup.StartupParameter;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import java.util.function.Consumer;

/** Opens one more upstream for a session, its login unseen by the client. */
final class QuietLogin implements UpstreamLogin {
    private final ServingPhase session;
    private final Consumer<Upstream> opened;
    private BackendKeyData key;

    private QuietLogin(ServingPhase session, Consumer<Upstream> opened) {
        this.session = session;
        this.opened = opened;
    }

    static void open(Backend backend, TestDatabase database, ServingPhase session, Consumer<Upstream> opened) {
        open(backend, database.user(), database.name(), session, opened);
    }

    static void open(Backend backend, String user, String database, ServingPhase session, Consumer<Upstream> opened) {
        QuietLogin login = new QuietLogin(session, opened);
        Upstream upstream = new Upstream(session, login);
        StartupMessage startup = new StartupMessage(
                ProtocolVersion.V3_0,
                List.of(new StartupParameter("user", user), new StartupParameter("database", database)));
        upstream.opened(backend.open(startup, session.client().loop(), upstream));
    }

    @Override
    public void message(Frame frame, Upstream upstream) {
        if (frame.tag() == 'K') {
            key = BackendKeyData.read(frame.body());
        }
        boolean ready = frame.tag() == 'Z';
        frame.release();
        if (ready) {
            upstream.serve(session, key, TransactionStatus.IDLE);
            session.attach(upstream);
            opened.accept(upstream);
        }
    }
}
