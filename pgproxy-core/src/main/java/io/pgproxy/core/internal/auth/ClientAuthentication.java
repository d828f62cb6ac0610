package io.pgproxy.core.internal.auth;

import io.pgproxy.auth.AuthenticationOptions;
import io.pgproxy.auth.Authenticator;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/** How a server finds out who its clients are, and what their logins share. Thread-safe. */
public final class ClientAuthentication implements AutoCloseable {
    private final Authenticator authenticator;
    private final AuthenticationOptions options;
    private final FailedLogins failures;
    private final LoginWorkers workers;

    /**
     * Nobody has logged in yet.
     *
     * @param authenticator decides
     * @param options what holds for all logins
     * @param threads makes the workers
     */
    public ClientAuthentication(Authenticator authenticator, AuthenticationOptions options, ThreadFactory threads) {
        this.authenticator = authenticator;
        this.options = options;
        this.failures = new FailedLogins(options.throttle());
        this.workers = new LoginWorkers(options.workers(), options.waiting(), threads);
    }

    /** {@return who decides} */
    public Authenticator authenticator() {
        return authenticator;
    }

    /** {@return whether cleartext passwords are asked for without encryption} */
    public boolean allowsUnencryptedPasswords() {
        return options.unencryptedPasswords();
    }

    /** {@return after how many nanoseconds it is asked again whether a user is valid; 0 for never} */
    public long recheckNanos() {
        return options.recheck().toNanos();
    }

    /** {@return logins that failed} */
    public FailedLogins failures() {
        return failures;
    }

    /** {@return threads that may block; rejects tasks when too many wait} */
    public Executor workers() {
        return workers;
    }

    @Override
    public void close() {
        workers.close();
    }
}
