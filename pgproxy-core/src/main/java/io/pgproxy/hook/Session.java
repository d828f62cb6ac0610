package io.pgproxy.hook;

import io.pgproxy.protocol.TransactionStatus;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A client's session, as hooks see it. All calls on its event loop unless said otherwise. Shows nothing of its content
 * in {@code toString}.
 */
public interface Session {
    /** {@return a number unique within the server; from any thread} */
    long id();

    /** {@return the user that the client logged in as; from any thread} */
    String user();

    /** {@return the database that the client asked for, the user's name if it asked for none; from any thread} */
    String database();

    /**
     * {@return where the client is, a {@link io.pgproxy.core.LocalClient} if it came without a network; from any
     * thread}
     */
    SocketAddress client();

    /** {@return the state of the transaction as the last ReadyForQuery told it} */
    TransactionStatus transaction();

    /**
     * A setting as the upstream has reported it (ParameterStatus). It reports some alone, such as TimeZone and
     * DateStyle, and search_path from 18 on: what SET, set_config or start-up options did to others is not known here.
     *
     * @param name the setting in any case
     * @return its value, or an empty string if it is unknown
     */
    String setting(String name);

    /**
     * An attribute.
     *
     * @param key its key
     * @param <T> what is kept under it
     * @return null if it was never set
     */
    <T> @Nullable T get(Attribute<T> key);

    /**
     * An attribute that has to be there.
     *
     * @param key its key
     * @param <T> what is kept under it
     * @return the value
     * @throws IllegalStateException if it was never set; a hook that lets it escape fails closed
     */
    <T> T require(Attribute<T> key);

    /**
     * Sets an attribute.
     *
     * @param key its key
     * @param value its value
     * @param <T> what is kept under it
     */
    <T> void set(Attribute<T> key, T value);

    /**
     * Lets prepared statements pass classify, answer and rewrite again, from the next exchange on: to be called after
     * changing an attribute that these depend on.
     */
    void renewStatements();

    /**
     * Sends a NoticeResponse before the next reply.
     *
     * @param message one line for people
     */
    void notice(String message);

    /**
     * Asks the upstream something on a connection of the proxy's own, beside the session: its transaction, settings and
     * statements are not touched, nor seen. Needs an upstream that the proxy logs in to by itself: with the credentials
     * of the session's identity where it has some, else with the upstream's.
     *
     * <p>The search_path there is {@code pg_catalog}: qualify other names. At most 10,000 rows and 16 MB are taken.
     *
     * @param sql one statement, parameters as {@code $1}, {@code $2}
     * @param parameters their values in text form; null is SQL's null
     * @return completes on the session's event loop; exceptionally with a {@link QueryFailedException} if the upstream
     *     refused the query, could not be reached, or gave too much
     */
    CompletionStage<QueryRows> query(String sql, List<@Nullable String> parameters);

    /** Ends the session without a word: both connections close. What runs is cancelled. From any thread. */
    void drop();

    /** {@return the session's event loop, on which its attributes may be touched; from any thread} */
    Executor executor();
}
