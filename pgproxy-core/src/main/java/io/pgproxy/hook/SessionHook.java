package io.pgproxy.hook;

/** Stage 1: a client's session from its start to its end. A rejection is FATAL. Fails closed. */
@FunctionalInterface
public non-sealed interface SessionHook extends QueryHook {
    /**
     * The client is authenticated; it has not been told that the server is ready. Attributes are set here.
     *
     * @param session the session; its settings are known
     * @return the terms for every execution of the session
     */
    Verdict<Terms> authenticated(Session session);

    /**
     * The start-up packet has come, nothing has been sent upstream. What is asked of the upstream can be changed here.
     *
     * @param session the session; user and database are what the client asked for, no setting is known
     * @param startup what the client sent, changed by the hooks before this one
     * @return what the upstream is to be asked for; {@link Verdict#proceed} to change nothing
     */
    default Verdict<Startup> connected(Session session, Startup startup) {
        return Verdict.proceed();
    }

    /**
     * The upstream has reported a setting (ParameterStatus): at login, and whenever it changes. It is asked in the
     * order of the wire, before anything of the client's behind it is decided on. It is said at once: a deferred
     * verdict fails, as an exception does.
     *
     * @param session the session, whose {@link Session#setting} has the value already
     * @param setting its name as the server spells it
     * @param value its value
     * @return a rejection ends the session
     */
    default Verdict<Void> reported(Session session, String setting, String value) {
        return Verdict.proceed();
    }

    /**
     * The session is over, however it ended. Called once for each session that was {@link #connected}.
     *
     * @param session the session; its attributes can still be read
     */
    default void closed(Session session) {}
}
