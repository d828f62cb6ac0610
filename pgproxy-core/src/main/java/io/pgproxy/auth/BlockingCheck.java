package io.pgproxy.auth;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Asks for a password, and decides elsewhere. */
final class BlockingCheck {
    private BlockingCheck() {}

    static CompletionStage<Identity> run(PasswordCheck check, Login login, Executor threads) {
        return login.password()
                .thenApplyAsync(
                        password -> {
                            try {
                                return check.check(login, password);
                            } finally {
                                password.clear();
                            }
                        },
                        threads);
    }
}
