package io.pgproxy.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which users a name from elsewhere may be, such as that in a certificate. Immutable.
 *
 * <p>As pg_ident.conf ("User Name Maps" in the PostgreSQL manual), but for one thing: an expression has to match the
 * whole name, as if it stood between {@code ^} and {@code $}.
 */
public final class IdentityMap {
    private static final String GROUP = "\\1";

    private final boolean same;
    private final List<Line> lines;

    private IdentityMap(boolean same, List<Line> lines) {
        this.same = same;
        this.lines = lines;
    }

    /** {@return a map by which a name is the user of the same name alone} */
    public static IdentityMap same() {
        return new IdentityMap(true, List.of());
    }

    /** {@return a map by which no name is any user, to be added to} */
    public static IdentityMap empty() {
        return new IdentityMap(false, List.of());
    }

    /**
     * Lets a name be a user, too.
     *
     * @param systemName the name as it is, or behind a slash a regular expression for all of it
     * @param user who it may be; behind an expression {@code \1} stands for what its first group has matched
     * @return a changed copy
     * @throws IllegalArgumentException if the expression is none, or has no group while the user has a {@code \1}
     */
    public IdentityMap map(String systemName, String user) {
        List<Line> more = new ArrayList<>(lines);
        if (systemName.startsWith("/")) {
            Pattern pattern = Pattern.compile(systemName.substring(1));
            if (user.contains(GROUP) && pattern.matcher("").groupCount() == 0) {
                throw new IllegalArgumentException("the expression has no group for \\1: " + systemName);
            }
            more.add(new Line(systemName, pattern, user));
        } else {
            more.add(new Line(systemName, null, user));
        }
        return new IdentityMap(same, List.copyOf(more));
    }

    /**
     * Whether a name may be a user.
     *
     * @param systemName the name from elsewhere
     * @param user who it wants to be
     * @return whether a line says so
     */
    public boolean permits(String systemName, String user) {
        return (same && systemName.equals(user)) || lines.stream().anyMatch(line -> line.permits(systemName, user));
    }

    private record Line(String systemName, @Nullable Pattern pattern, String user) {
        boolean permits(String name, String wanted) {
            if (pattern == null) {
                return systemName.equals(name) && user.equals(wanted);
            }
            Matcher matcher = pattern.matcher(name);
            if (!matcher.matches()) {
                return false;
            }
            String group = matcher.groupCount() > 0 ? matcher.group(1) : null;
            return (group == null ? user : user.replace(GROUP, group)).equals(wanted);
        }
    }
}
