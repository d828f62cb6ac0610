package io.pgproxy.core.fanout;

import io.netty.channel.EventLoop;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.backend.BackendSession;
import io.pgproxy.core.backend.BackendSink;
import io.pgproxy.core.backend.RemotePostgres;
import io.pgproxy.protocol.startup.StartupMessage;
import io.pgproxy.protocol.startup.StartupParameter;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;

/**
 * A writer that is one database, whatever the client asks for: so several of them can be on one server.
 *
 * @param server where it is
 * @param name the database's
 */
record OneDatabase(Backend server, String name) implements Backend {
    static OneDatabase of(TestDatabase database) {
        return new OneDatabase(RemotePostgres.of(database.url()), database.name());
    }

    @Override
    public BackendSession open(StartupMessage startup, EventLoop loop, BackendSink sink) {
        List<StartupParameter> parameters = startup.parameters().stream()
                .map(parameter ->
                        parameter.name().equals("database") ? new StartupParameter("database", name) : parameter)
                .toList();
        return server.open(new StartupMessage(startup.version(), parameters), loop, sink);
    }

    @Override
    public void close() {
        server.close();
    }
}
