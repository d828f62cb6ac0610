package io.pgproxy.auth;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Users in memory. Immutable. */
public final class Users implements UserStore {
    private final Map<String, User> users;

    private Users(Map<String, User> users) {
        this.users = users;
    }

    /**
     * Users by their names.
     *
     * @param users any
     * @return a store of these
     * @throws IllegalArgumentException if a name is there twice
     */
    public static Users of(Collection<User> users) {
        Builder builder = builder();
        users.forEach(builder::user);
        return builder.build();
    }

    /** {@return a builder of a store without users} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return how many there are} */
    public int size() {
        return users.size();
    }

    @Override
    public CompletionStage<Optional<User>> find(String user, String database, Executor workers) {
        return CompletableFuture.completedFuture(Optional.ofNullable(users.get(user)));
    }

    /** How many there are. */
    @Override
    public String toString() {
        return "Users[" + users.size() + "]";
    }

    /** Collects users. Not thread-safe. */
    public static final class Builder {
        private final Map<String, User> users = new LinkedHashMap<>();

        private Builder() {}

        /**
         * One more, of whom a SCRAM verifier is kept. Takes milliseconds.
         *
         * @param name who it is
         * @param password left as it is
         * @return this builder
         * @throws IllegalArgumentException if the name is taken, or one of them is empty
         */
        public Builder user(String name, char[] password) {
            if (password.length == 0) {
                throw new IllegalArgumentException("an empty password lets nobody in");
            }
            return user(User.of(name, ScramVerifier.of(password)));
        }

        /**
         * One more.
         *
         * @param user the user
         * @return this builder
         * @throws IllegalArgumentException if the name is taken
         */
        public Builder user(User user) {
            if (users.putIfAbsent(user.name(), user) != null) {
                throw new IllegalArgumentException("there is a user \"" + user.name() + "\" already");
            }
            return this;
        }

        /** {@return a store of the users so far} */
        public Users build() {
            return new Users(Map.copyOf(users));
        }
    }
}
