package io.pgproxy.core.recipes.documents;

import io.pgproxy.auth.ScramAuthenticator;
import io.pgproxy.auth.ScramVerifier;
import io.pgproxy.auth.User;
import io.pgproxy.auth.Users;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.server.ValueReader;
import io.pgproxy.tls.ServerTls;
import io.pgproxy.tls.TlsMode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A proxy for one person, one database and a limited time, in TLS: what runs through it is recorded. */
public final class PersonalAccess implements AutoCloseable {
    private final ProxyServer proxy;
    private final Consumer<String> record;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final Future<?> end;

    public PersonalAccess(
            String upstream, String database, ServerTls tls, User person, Duration length, Consumer<String> record)
            throws IOException {
        this.record = record;
        proxy = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .tls(tls.mode(TlsMode.REQUIRE))
                .authenticator(ScramAuthenticator.of(Users.of(List.of(person))))
                .upstream(upstream)
                .hook(
                        "one-database",
                        QueryHook.session(session -> session.database().equals(database)
                                ? Verdict.proceed()
                                : Verdict.reject("3D000", "this access is to " + database + " alone")))
                .hook("record", QueryHook.observe((execution, outcome) -> completed(execution)))
                .drainDeadline(Duration.ZERO)
                .build()
                .start();
        end = thread.schedule(proxy::close, length.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Makes the user of an hour: the password is for the person, what is kept of it is not. */
    public static User person(String name, char[] password, Duration length) {
        return User.of(name, ScramVerifier.of(password))
                .withValidUntil(Instant.now().plus(length));
    }

    public int port() {
        return proxy.port();
    }

    /** On an event loop: it copies, and the thread writes. */
    private void completed(Execution execution) {
        String line = execution.session().user() + ": " + execution.statement().original() + " "
                + execution.parameters().stream().map(ValueReader::asText).toList();
        thread.execute(() -> record.accept(line));
    }

    @Override
    public void close() {
        proxy.close();
        end.cancel(false);
        thread.shutdown();
    }
}
