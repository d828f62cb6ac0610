package io.pgproxy.core.internal.server;

import io.pgproxy.auth.AuthenticationOptions;
import io.pgproxy.auth.Authenticator;
import io.pgproxy.core.internal.auth.ClientAuthentication;
import io.pgproxy.core.internal.limit.Governor;
import io.pgproxy.core.internal.session.NamedBackends;
import io.pgproxy.core.internal.session.SteeringFactory;
import io.pgproxy.core.internal.tls.ListenerTls;
import io.pgproxy.tls.ServerTls;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a server is made of.
 *
 * @param listeners where clients come in, opened in this order
 * @param backends where sessions go, and further upstreams; closed with the server
 * @param governor limits, and who measures
 * @param drainDeadline how long sessions may take to end when the server stops
 * @param eventLoops how many threads carry sessions
 * @param steering decides about messages
 * @param authenticator finds out who clients are; null where that is the upstream's business
 * @param authentication what holds for all logins that it decides
 * @param tls how clients that come over a network may encrypt; null if they cannot
 */
public record Composition(
        List<Listener> listeners,
        NamedBackends backends,
        Governor governor,
        Duration drainDeadline,
        int eventLoops,
        SteeringFactory steering,
        @Nullable Authenticator authenticator,
        AuthenticationOptions authentication,
        @Nullable ServerTls tls) {
    /** Without an authenticator: logins are the upstream's business. */
    public Composition(
            List<Listener> listeners,
            NamedBackends backends,
            Governor governor,
            Duration drainDeadline,
            int eventLoops,
            SteeringFactory steering) {
        this(
                listeners,
                backends,
                governor,
                drainDeadline,
                eventLoops,
                steering,
                null,
                AuthenticationOptions.DEFAULT,
                null);
    }

    /** How clients may encrypt, for as long as the server runs. */
    @Nullable
    ListenerTls tls(ThreadFactory threads) throws IOException {
        return tls == null ? null : new ListenerTls(tls, threads);
    }

    /** What logins share, for as long as the server runs. */
    @Nullable
    ClientAuthentication authentication(ThreadFactory threads) {
        return authenticator == null ? null : new ClientAuthentication(authenticator, authentication, threads);
    }
}
