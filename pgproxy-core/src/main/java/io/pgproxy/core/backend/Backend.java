package io.pgproxy.core.backend;

import io.netty.channel.EventLoop;
import io.pgproxy.protocol.startup.StartupMessage;
import io.pgproxy.protocol.startup.StartupParameter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Something that answers PostgreSQL's protocol: a server elsewhere, or an engine in this process.
 *
 * <p>One instance serves all sessions of a proxy and all of its event loops. It must be thread-safe; the sessions it
 * opens need not be.
 */
public interface Backend extends AutoCloseable {
    /**
     * Opens a session for one client. It returns at once; how the login goes is told to the sink.
     *
     * <p>The sink is first given what a server answers to the start-up packet: Authentication messages, then
     * ParameterStatus, BackendKeyData and ReadyForQuery. Where the backend wants a password from the client, it sends
     * the request and gets the client's answer by {@link BackendSession#send}; where it logs in by itself or asks for
     * nothing, the first message is AuthenticationOk. A refusal is a FATAL ErrorResponse and
     * {@link BackendSink#closed}.
     *
     * @param startup what the client asked for; its packet may be sent on byte for byte
     * @param loop the client's event loop: all calls in both directions are made on it
     * @param sink takes what the backend sends
     * @return the session, in login until ReadyForQuery has been delivered
     */
    BackendSession open(StartupMessage startup, EventLoop loop, BackendSink sink);

    /**
     * Opens a session for one client, and logs in with credentials that were found for it: the proxy has authenticated
     * the client, so whatever the backend would ask it for is a refusal. The user of the credentials is the session's,
     * the database is that of the start-up packet.
     *
     * <p>This one is for backends that ask for no password: it opens the session for the user alone. Whoever passes
     * sessions on to another backend passes these on, too.
     *
     * @param startup what the client asked for
     * @param credentials with which to log in, instead of any that the backend has of its own
     * @param loop the client's event loop: all calls in both directions are made on it
     * @param sink takes what the backend sends
     * @return the session, in login until ReadyForQuery has been delivered
     */
    default BackendSession open(StartupMessage startup, Credentials credentials, EventLoop loop, BackendSink sink) {
        List<StartupParameter> parameters = new ArrayList<>();
        for (StartupParameter parameter : startup.parameters()) {
            parameters.add(
                    parameter.name().equals("user") ? new StartupParameter("user", credentials.user()) : parameter);
        }
        return open(new StartupMessage(startup.version(), parameters), loop, sink);
    }

    /**
     * Whether it opens sessions without asking the client for anything.
     *
     * @return false if it passes the login on to the client, whose session is nobody else's then
     */
    default boolean logsInByItself() {
        return true;
    }

    /**
     * Who a session that is {@linkplain #open(StartupMessage, EventLoop, BackendSink) opened} without credentials is at
     * the other end.
     *
     * @param startup what the client asks for
     * @return the client's own user, unless the backend has credentials that replace it
     */
    default String loginUser(StartupMessage startup) {
        return startup.requireUser();
    }

    /**
     * Reads the files that it has read again (certificates, say), for the sessions that come: called by
     * {@link io.pgproxy.core.ProxyServer#reloadTls}. May block. This one has none.
     *
     * @throws IOException if that fails, with the name of the file: what was read before stays in force
     */
    default void reload() throws IOException {}

    /**
     * Gives back what all sessions share (threads, files). Sessions have ended before; the event loops still run. May
     * block for some seconds.
     */
    @Override
    default void close() {}
}
