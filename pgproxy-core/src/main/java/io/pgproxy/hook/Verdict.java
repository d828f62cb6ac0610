package io.pgproxy.hook;

import io.pgproxy.protocol.PgError;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * What a hook says.
 *
 * @param <T> what the stage wants to know
 */
public sealed interface Verdict<T> {
    /**
     * "I have nothing to say."
     *
     * @param <T> any
     * @return a constant
     */
    @SuppressWarnings("unchecked") // it holds no value
    static <T> Verdict<T> proceed() {
        return (Verdict<T>) (Verdict<?>) Proceed.INSTANCE;
    }

    /**
     * A decision.
     *
     * @param value what is decided
     * @param <T> what the stage wants to know
     * @return the verdict; keep it in a constant where it can be
     */
    static <T> Verdict<T> of(T value) {
        return new Done<>(value);
    }

    /**
     * A refusal.
     *
     * @param error what the client is told; of severity FATAL it closes the session
     * @param <T> any
     * @return the verdict; keep it in a constant where it can be
     */
    static <T> Verdict<T> reject(PgError error) {
        return new Reject<>(error);
    }

    /**
     * A refusal.
     *
     * @param sqlState five characters
     * @param message one line for people
     * @param <T> any
     * @return the verdict
     */
    static <T> Verdict<T> reject(String sqlState, String message) {
        return reject(PgError.of(sqlState, message));
    }

    /**
     * A decision that comes later; until then this session alone waits.
     *
     * @param stage may complete on any thread; is cancelled on time-out, cancel or disconnect
     * @param <T> what the stage wants to know
     * @return the verdict
     */
    static <T> Verdict<T> defer(CompletionStage<Verdict<T>> stage) {
        return new Deferred<>(stage, Duration.ZERO);
    }

    /**
     * A decision that comes later, with a time limit of its own.
     *
     * @param stage may complete on any thread; is cancelled on time-out, cancel or disconnect
     * @param timeout replaces that of the hook's registration
     * @param <T> what the stage wants to know
     * @return the verdict
     */
    static <T> Verdict<T> defer(CompletionStage<Verdict<T>> stage, Duration timeout) {
        return new Deferred<>(stage, timeout);
    }

    /**
     * Nothing to say.
     *
     * @param <T> any
     */
    record Proceed<T>() implements Verdict<T> {
        private static final Proceed<Object> INSTANCE = new Proceed<>();
    }

    /**
     * Decided.
     *
     * @param value what is decided
     * @param <T> what the stage wants to know
     */
    record Done<T>(T value) implements Verdict<T> {
        /**
         * Checks the value.
         *
         * @param value not null
         */
        public Done {
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * Refused.
     *
     * @param error what the client is told
     * @param <T> any
     */
    record Reject<T>(PgError error) implements Verdict<T> {
        /**
         * Checks the error.
         *
         * @param error not null
         */
        public Reject {
            Objects.requireNonNull(error, "error");
        }
    }

    /**
     * To be decided.
     *
     * @param stage completes with the decision
     * @param timeout zero: that of the hook's registration
     * @param <T> what the stage wants to know
     */
    record Deferred<T>(CompletionStage<Verdict<T>> stage, Duration timeout) implements Verdict<T> {
        /**
         * Checks the values.
         *
         * @param stage not null
         * @param timeout not negative
         */
        public Deferred {
            Objects.requireNonNull(stage, "stage");
            if (timeout.isNegative()) {
                throw new IllegalArgumentException("a negative time-out: " + timeout);
            }
        }
    }
}
