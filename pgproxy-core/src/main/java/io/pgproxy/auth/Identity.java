package io.pgproxy.auth;

import io.pgproxy.core.backend.Credentials;
import io.pgproxy.hook.Attribute;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who a client is found to be: with this the session goes on. Immutable; shows no secret.
 *
 * @param user the user that the upstream, hooks and views are told; it need not be the one that was asked for
 * @param database the database, likewise
 * @param attributes what hooks find among the session's attributes
 * @param credentials with which the upstream is logged in to; null for those of the upstream, or none
 * @param validUntil when the session ends, with 57P01; null for never
 */
public record Identity(
        String user,
        String database,
        Map<Attribute<?>, Object> attributes,
        @Nullable Credentials credentials,
        @Nullable Instant validUntil) {
    /**
     * Checks the values.
     *
     * @param user not empty, without a zero character
     * @param database likewise
     * @param attributes copied
     * @param credentials any, or null
     * @param validUntil any, or null
     * @throws IllegalArgumentException if user or database are not names
     */
    public Identity {
        if (user.isEmpty() || user.indexOf(0) >= 0 || database.isEmpty() || database.indexOf(0) >= 0) {
            throw new IllegalArgumentException("a session needs a user and a database");
        }
        attributes = Map.copyOf(attributes);
    }

    /**
     * The client is who it says it is.
     *
     * @param login the client
     * @return its user and database as it asked for them
     */
    public static Identity of(Login login) {
        return new Identity(login.user(), login.database(), Map.of(), null, null);
    }

    /** The client is a user of a store. */
    static Identity of(Login login, User user) {
        return new Identity(login.user(), login.database(), user.attributes(), null, user.validUntil());
    }

    /**
     * The session is another user's.
     *
     * @param name its user
     * @return a changed copy
     */
    public Identity withUser(String name) {
        return new Identity(name, database, attributes, credentials, validUntil);
    }

    /**
     * The session is in another database.
     *
     * @param name its database
     * @return a changed copy
     */
    public Identity withDatabase(String name) {
        return new Identity(user, name, attributes, credentials, validUntil);
    }

    /**
     * Sets an attribute of the session, which hooks can read from their first call on.
     *
     * @param key its key
     * @param value its value
     * @param <T> what is kept under it
     * @return a changed copy
     */
    public <T> Identity with(Attribute<T> key, T value) {
        Map<Attribute<?>, Object> more = new LinkedHashMap<>(attributes);
        more.put(key, value);
        return new Identity(user, database, more, credentials, validUntil);
    }

    /**
     * Logs in to the session's upstreams with these: their user is the one that the server sees.
     *
     * @param upstream the credentials
     * @return a changed copy
     */
    public Identity withCredentials(Credentials upstream) {
        return new Identity(user, database, attributes, upstream, validUntil);
    }

    /**
     * Ends the session at this time.
     *
     * @param end when
     * @return a changed copy
     */
    public Identity withValidUntil(Instant end) {
        return new Identity(user, database, attributes, credentials, end);
    }

    /** User and database alone: attributes may be anything. */
    @Override
    public String toString() {
        return "Identity[user=" + user + ", database=" + database + "]";
    }
}
