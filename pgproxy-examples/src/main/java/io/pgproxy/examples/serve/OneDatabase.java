package io.pgproxy.examples.serve;

import io.pgproxy.hook.Session;
import io.pgproxy.hook.SessionHook;
import io.pgproxy.hook.Startup;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;

/**
 * Keeps clients to one database: the role that the proxy logs in as may know others.
 *
 * @param name the database
 */
public record OneDatabase(String name) implements SessionHook {
    @Override
    public Verdict<Startup> connected(Session session, Startup startup) {
        return session.database().equals(name)
                ? Verdict.proceed()
                : Verdict.reject("3D000", "this proxy serves the database \"" + name + "\" alone");
    }

    @Override
    public Verdict<Terms> authenticated(Session session) {
        return Verdict.proceed();
    }
}
