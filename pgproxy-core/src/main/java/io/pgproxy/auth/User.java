package io.pgproxy.auth;

import io.pgproxy.hook.Attribute;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A user of a store. Immutable; shows no secret.
 *
 * @param name who it is
 * @param secret what is kept of its password; null if it has none, which lets nobody in
 * @param validUntil until when the password is valid, and sessions of the user live; null for ever
 * @param attributes what hooks find among the attributes of its sessions
 */
public record User(
        String name, @Nullable Secret secret, @Nullable Instant validUntil, Map<Attribute<?>, Object> attributes) {
    /**
     * Copies the attributes.
     *
     * @param name not empty
     * @param secret any, or null
     * @param validUntil any, or null
     * @param attributes copied
     * @throws IllegalArgumentException if the name is empty
     */
    public User {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a user needs a name");
        }
        attributes = Map.copyOf(attributes);
    }

    /**
     * A user whose password is valid for ever.
     *
     * @param name who it is
     * @param secret what is kept of its password
     * @return the user
     */
    public static User of(String name, Secret secret) {
        return new User(name, secret, null, Map.of());
    }

    /**
     * The same, valid for a time alone.
     *
     * @param end when its password no longer is, and its sessions end
     * @return a changed copy
     */
    public User withValidUntil(Instant end) {
        return new User(name, secret, end, attributes);
    }

    /**
     * The same with an attribute for hooks.
     *
     * @param key its key
     * @param value its value
     * @param <T> what is kept under it
     * @return a changed copy
     */
    public <T> User with(Attribute<T> key, T value) {
        Map<Attribute<?>, Object> more = new LinkedHashMap<>(attributes);
        more.put(key, value);
        return new User(name, secret, validUntil, more);
    }

    /** Whether its password is valid now. */
    boolean isValid() {
        return validUntil == null || Instant.now().isBefore(validUntil);
    }

    /** The name alone. */
    @Override
    public String toString() {
        return "User[" + name + "]";
    }
}
