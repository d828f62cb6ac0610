package io.pgproxy.auth;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A store's answer is believed only if it is about the one who was asked for. */
final class KnownUser {
    private KnownUser() {}

    static @Nullable User of(Optional<User> found, Login login) {
        return found.filter(user -> user.name().equals(login.user())).orElse(null);
    }
}
