package io.pgproxy.hook.ready;

import io.pgproxy.hook.RewriteHook;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.SessionHook;
import io.pgproxy.hook.Startup;
import io.pgproxy.hook.Statement;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.sql.SessionEffect;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;

/**
 * Tells the upstream who is behind a session: its application_name becomes {@code psql [alice@192.0.2.7:54321]}, with
 * the user and the address of the client. pg_stat_activity and the server's log show it. Any thread.
 *
 * <p>SET application_name, which some drivers send right after the login, is rewritten to keep the tag; RESET and SET …
 * TO DEFAULT go back to the name of the start, which has it. A new name with backslashes in it is left out.
 * {@code set_config} is not seen.
 *
 * <p>The name has at most 63 bytes of printable ASCII, as the server keeps it (see {@code check_application_name} in
 * the server's guc.c and {@code pg_clean_ascii} in its string.c): other characters become {@code ?}. What the client
 * called itself is shortened first. Brackets in what the client says become parentheses, so that a pair of brackets
 * tells the truth.
 */
public final class ApplicationName implements SessionHook, RewriteHook {
    private static final String PARAMETER = "application_name";
    /** NAMEDATALEN, less the zero at the end. */
    private static final int LONGEST = 63;

    private static final int LONGEST_USER = 20;
    private static final char FIRST_PRINTABLE = ' ';
    private static final char LAST_PRINTABLE = '~';

    private final boolean nameInFront;

    private ApplicationName(boolean nameInFront) {
        this.nameInFront = nameInFront;
    }

    /** {@return a hook that leaves the client's own name in front of the tag} */
    public static ApplicationName behindOwnName() {
        return new ApplicationName(true);
    }

    /** {@return a hook that leaves the client's own name behind the tag} */
    public static ApplicationName inFrontOfOwnName() {
        return new ApplicationName(false);
    }

    /**
     * The half of this hook that names a session at its login, and reads no SQL: in a chain of such hooks, sessions
     * stay as transparent as without. A client that calls itself something else later, by SET or {@code set_config},
     * takes the tag away; pgjdbc does so behind its login, unless its {@code assumeMinServerVersion} is 9.0 or more.
     *
     * @return a hook of sessions alone
     */
    public SessionHook atLogin() {
        return new AtLogin(this);
    }

    @Override
    public Verdict<Startup> connected(Session session, Startup startup) {
        String own = startup.parameter(PARAMETER);
        return Verdict.of(startup.with(PARAMETER, name(own == null ? "" : own, session)));
    }

    @Override
    public Verdict<Terms> authenticated(Session session) {
        return Verdict.proceed();
    }

    @Override
    public Verdict<String> rewrite(Statement statement) {
        List<SessionEffect> effects = statement.facts().effects();
        if (effects.size() == 1
                && effects.get(0) instanceof SessionEffect.SettingSet set
                && set.name().equals(PARAMETER)
                && set.becomes() != SessionEffect.Becomes.DEFAULT
                && set.values().size() <= 1) {
            // Without a value: a string with backslashes in it, whose text is not known here.
            String own = set.values().isEmpty() ? "" : set.values().get(0);
            String name = name(own, statement.session());
            String local = set.scope() == SessionEffect.Scope.LOCAL ? "LOCAL " : "";
            // The name has no escapes: standard_conforming_strings is on where SQL is read.
            return Verdict.of("SET " + local + PARAMETER + " = '" + name.replace("'", "''") + "'");
        }
        return Verdict.proceed();
    }

    private String name(String own, Session session) {
        String user = clean(session.user());
        String shortUser = user.length() > LONGEST_USER ? user.substring(0, LONGEST_USER) : user;
        String whole = "[" + shortUser + "@" + clean(address(session.client())) + "]";
        // An address of IPv6 with a zone can be long.
        String tag = whole.length() > LONGEST ? whole.substring(0, LONGEST - 1) + "]" : whole;
        String name = clean(own).strip();
        int room = LONGEST - tag.length() - 1;
        if (name.isEmpty() || room <= 0) {
            return tag;
        }
        String shortName = name.length() > room ? name.substring(0, room) : name;
        return nameInFront ? shortName + " " + tag : tag + " " + shortName;
    }

    /** Never by name: that would ask a name server, on the event loop. */
    private static String address(SocketAddress client) {
        if (client instanceof InetSocketAddress internet && internet.getAddress() != null) {
            return internet.getAddress().getHostAddress() + ":" + internet.getPort();
        }
        return client.toString();
    }

    private record AtLogin(ApplicationName name) implements SessionHook {
        @Override
        public Verdict<Startup> connected(Session session, Startup startup) {
            return name.connected(session, startup);
        }

        @Override
        public Verdict<Terms> authenticated(Session session) {
            return name.authenticated(session);
        }
    }

    private static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            clean.append(
                    switch (c) {
                        case '[' -> '(';
                        case ']' -> ')';
                        default -> c < FIRST_PRINTABLE || c > LAST_PRINTABLE ? '?' : c;
                    });
        }
        return clean.toString();
    }
}
