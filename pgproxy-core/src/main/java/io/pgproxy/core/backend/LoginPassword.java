package io.pgproxy.core.backend;

import io.netty.channel.EventLoop;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The password of one login, which may have to be looked for by a thread that blocks. All calls on the login's loop.
 */
final class LoginPassword {
    private static final Logger LOG = LoggerFactory.getLogger(LoginPassword.class);

    private final Credentials credentials;
    private final LoginTarget target;
    private final ExecutorService blocking;
    private final EventLoop loop;
    private @Nullable Future<?> task;
    private volatile boolean over;

    LoginPassword(Credentials credentials, LoginTarget target, ExecutorService blocking, EventLoop loop) {
        this.credentials = credentials;
        this.target = target;
        this.blocking = blocking;
        this.loop = loop;
    }

    String user() {
        return credentials.user();
    }

    /** Whether it has to be looked for. */
    boolean isElsewhere() {
        return credentials.source() != null;
    }

    /** The one that is at hand, to be cleared by the caller; null if there is none. */
    char @Nullable [] atHand() {
        return usable(credentials.password());
    }

    /**
     * Looks for it elsewhere.
     *
     * @param found called on the loop, unless the login is over by then: with the password, to be cleared by the
     *     callee, or null if there is none
     * @throws RejectedExecutionException if the upstream is closed
     */
    void find(Consumer<char @Nullable []> found) {
        task = blocking.submit(() -> {
            char[] password = usable(ask());
            try {
                loop.execute(() -> {
                    if (over) {
                        clear(password);
                    } else {
                        found.accept(password);
                    }
                });
            } catch (RejectedExecutionException gone) {
                clear(password);
            }
        });
    }

    /** The login is over: whoever still looks need not. */
    void release() {
        over = true;
        Future<?> running = task;
        if (running != null) {
            running.cancel(true);
        }
    }

    private char @Nullable [] ask() {
        PasswordSource source = credentials.source();
        try {
            return source == null ? null : source.find(target);
        } catch (PassfileException e) {
            LOG.warn("no password for {}: {}", user(), e.getMessage());
        } catch (Throwable e) { // an Error, too: the client would wait for nothing. Its message may hold anything
            if (!over) {
                LOG.warn(
                        "no password for {} at {}:{}: its supplier failed with {}",
                        user(),
                        target.host(),
                        target.port(),
                        e.getClass().getName());
            }
        }
        return null;
    }

    private static char @Nullable [] usable(char @Nullable [] password) {
        return password == null || password.length == 0 ? null : password;
    }

    static void clear(char @Nullable [] password) {
        if (password != null) {
            Arrays.fill(password, '\0');
        }
    }
}
